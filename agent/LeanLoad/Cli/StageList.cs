using System.Globalization;
using LeanLoad.Load;

namespace LeanLoad.Cli;

/// <summary>
/// The value of <c>--stages</c>: <c>30s:100,5m:100,30s:0</c>, each a duration and the users to go to, or an arrival
/// rate with its unit.
/// </summary>
/// <param name="Stages">In order; one or more.</param>
/// <param name="AreRates">Whether the targets are arrivals per second.</param>
sealed record StageList(IReadOnlyList<Stage> Stages, bool AreRates)
{
    const int MostStages = 1000;

    /// <summary>Whether they are looks at a line that has no stages of its own.</summary>
    public bool IsSmooth { get; init; }

    public TimeSpan Duration => Stages.Aggregate(TimeSpan.Zero, static (sum, stage) => sum + stage.Duration);

    /// <summary>Reads the option; the problem follows its name and value.</summary>
    public static bool TryParse(string text, out StageList value, out string? problem)
    {
        value = new([], false);
        problem = "is not a list of stages; write duration:target, such as 30s:100,5m:100,30s:0 for users or "
            + "30s:500/s for arrivals";
        var stages = new List<Stage>();
        var rates = 0;
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (item.Split(':') is not [var length, var target] || !Durations.TryParse(length, out var duration, out _))
            {
                return false;
            }

            if (Rates.TryParse(target, out var rate)) rates++;
            else if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var users)
                && users <= 1_000_000)
            {
                rate = users;
            }
            else return false;
            stages.Add(new Stage(duration, rate));
        }

        if (rates > 0 && rates < stages.Count)
        {
            problem = "mixes users and arrival rates; give all targets a unit such as /s, or none";
        }
        else if (stages.Count > MostStages) problem = $"has {stages.Count} stages; {MostStages} is the most";
        else if (stages.All(static stage => stage.Target == 0)) problem = "never leaves 0";
        else if (stages.Sum(static stage => stage.Duration.TotalSeconds) <= 0) problem = "takes no time at all";
        else
        {
            value = new(stages, rates > 0);
            problem = null;
        }

        return problem is null;
    }
}
