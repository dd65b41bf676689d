using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>A load level of a closed model: what happened while about so many users ran.</summary>
/// <param name="Users">Users, on average.</param>
/// <param name="PerSecond">Iterations that ended, per second.</param>
/// <param name="ResponseSeconds">Their mean time.</param>
/// <param name="Iterations">How many there were.</param>
readonly record struct LoadLevel(double Users, double PerSecond, double ResponseSeconds, long Iterations);

/// <summary>
/// Throughput and time by the number of users, in at most 24 levels from none to all: what the explanation finds a knee
/// in, if there is one.
/// </summary>
sealed class LoadLevels
{
    const int Count = 24;

    readonly (double Seconds, double UserSeconds, long Iterations, long Us)[] levels =
        new (double, double, long, long)[Count];
    (TimeSpan At, int Users, long Iterations, long Us)? before;
    int ofPlanned;

    /// <summary>
    /// What happened since it was last called; a second in which the users changed much tells nothing about any number
    /// of them. Where another number is planned than before, a level is another number of users, and all begins anew.
    /// </summary>
    public void Look(LoopSet loops, int planned, TimeSpan at)
    {
        if (planned != ofPlanned) Clear();
        ofPlanned = planned;
        var (users, iterations, us) = (loops.Running, loops.Iterations, loops.IterationUs);
        if (before is { } last && planned > 0)
        {
            var seconds = (at - last.At).TotalSeconds;
            var level = Level(users, planned);
            if (seconds > 0 && users > 0 && Level(last.Users, planned) == level)
            {
                ref var sum = ref levels[level];
                sum = (sum.Seconds + seconds, sum.UserSeconds + (users + last.Users) / 2.0 * seconds,
                    sum.Iterations + iterations - last.Iterations, sum.Us + us - last.Us);
            }
        }

        before = (at, users, iterations, us);
    }

    /// <summary>An epoch begins: what was before is in none of its figures.</summary>
    public void Clear()
    {
        Array.Clear(levels);
        before = null;
    }

    /// <summary>The levels with iterations enough to speak of, from few users to many.</summary>
    public IReadOnlyList<LoadLevel> Known(int enough) =>
    [
        .. levels.Where(level => level.Iterations >= enough && level.Seconds > 0).Select(static level => new LoadLevel(
            level.UserSeconds / level.Seconds, level.Iterations / level.Seconds, level.Us / 1e6 / level.Iterations,
            level.Iterations)),
    ];

    static int Level(int users, int planned) => Math.Min(Count - 1, (int)((long)users * Count / planned));
}
