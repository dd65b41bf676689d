namespace LeanLoad.Load;

/// <summary>
/// Which class each next user is of. Classes of a fixed number come first. Then, of those that lag far enough behind
/// their share, the one whose next user is due soonest: so each prefix of the sequence is within one user of the
/// weights, whatever the number of users (R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32,
/// 1980). Always taking the one that lags most is not: with the weights 3, 20, 1, 20, 5 it is 1.02 users off.
/// </summary>
/// <param name="weights">One per class, each 1 or more.</param>
/// <param name="counts">One per class: exactly so many users, or 0 for a share by weight; null: all by weight.</param>
sealed class ClassMix(IReadOnlyList<int> weights, IReadOnlyList<int>? counts = null)
{
    // An open model counts its arrivals here: at 100,000/s an int would be full after six hours.
    readonly long[] given = new long[weights.Count];
    readonly long total = weights.Where((_, index) => !IsFixed(counts, index)).Sum(static weight => (long)weight);

    // Twice the classes less two; a single class lags by one user, which is 1/slack and more.
    readonly long slack = Math.Max(1, 2 * (weights.Where((_, index) => !IsFixed(counts, index)).Count() - 1));
    long count;

    /// <summary>Users that classes of a fixed number need.</summary>
    public static int Fixed(IReadOnlyList<int> counts) => counts.Sum();

    /// <summary>The class of the next user.</summary>
    public int Next() => Next(static _ => true);

    /// <summary>The class of the next one among those that can be taken; -1 where none can.</summary>
    public int Next(Func<int, bool> canTake)
    {
        for (var index = 0; counts is not null && index < given.Length; index++)
        {
            if (given[index] >= counts[index]) continue;
            given[index]++;
            return index;
        }

        count++;
        var chosen = Due(canTake);
        if (chosen < 0) chosen = Lagging(canTake);
        if (chosen < 0) count--;
        else given[chosen]++;
        return chosen;
    }

    /// <summary>Tijdeman's choice; -1 where none of its candidates can be taken.</summary>
    int Due(Func<int, bool> canTake)
    {
        var chosen = -1;
        for (var index = 0; index < given.Length; index++)
        {
            if (IsFixed(counts, index) || slack * Lag(index) < total || !canTake(index)) continue;
            // (given + 1 - 1/slack) / weight is when the next is due; both sides times all that is below a line.
            if (chosen >= 0 && NextDue(index) * weights[chosen] >= NextDue(chosen) * weights[index]) continue;
            chosen = index;
        }

        return chosen;
    }

    /// <summary>
    /// The one that lags most among those that can be taken, the first of them on a tie; -1 where none can.
    /// </summary>
    int Lagging(Func<int, bool> canTake)
    {
        var chosen = -1;
        for (var index = 0; index < given.Length; index++)
        {
            if (IsFixed(counts, index) || (chosen >= 0 && Lag(index) <= Lag(chosen)) || !canTake(index)) continue;
            chosen = index;
        }

        return chosen;
    }

    /// <summary>Share minus what it has, times the total weight: whole numbers, so no rounding decides.</summary>
    long Lag(int index) => weights[index] * count - given[index] * total;

    long NextDue(int index) => slack * (given[index] + 1) - 1;

    /// <summary>How many of a class were given out, less those that were taken back.</summary>
    public long Given(int index) => given[index];

    /// <summary>
    /// Takes the last one back, whose class was <paramref name="index"/>: the sequence goes on from before it.
    /// </summary>
    public void TakeBack(int index)
    {
        if (!IsFixed(counts, index)) count--;
        given[index]--;
    }

    static bool IsFixed(IReadOnlyList<int>? counts, int index) => counts is not null && counts[index] > 0;
}
