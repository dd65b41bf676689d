using System.Globalization;
using LeanLoad.Load;

namespace LeanLoad.Cli;

/// <summary>Asks an author's shape for all its levels, once.</summary>
static class LoadShapeReader
{
    const int MostLooks = 10_000, FewestLooks = 100;
    const double Highest = 1_000_000;

    static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>The levels as stages; the first is a jump.</summary>
    /// <param name="shape">The author's.</param>
    /// <param name="areRates">Whether its levels are arrivals per second.</param>
    /// <param name="problem">What is wrong with it, for people; null where nothing is.</param>
    public static StageList? Read(LoadShape shape, bool areRates, out string? problem)
    {
        problem = null;
        var name = $"The load shape {shape.GetType().Name}";
        var time = TimeSpan.Zero;
        try
        {
            var duration = shape.Duration;
            if (duration <= TimeSpan.Zero || duration > Longest)
            {
                problem = $"{name} lasts {Seconds(duration)}; give it more than 0 s and at most 30 days.";
                return null;
            }

            var looks = Math.Clamp((int)Math.Ceiling(duration.TotalSeconds), FewestLooks, MostLooks);
            var stages = new List<Stage>(looks + 1);
            for (var look = 0; look <= looks; look++)
            {
                time = duration * ((double)look / looks);
                var level = shape.LevelAt(time);
                // Not a number is in no range.
                if (level is not (>= 0 and <= Highest))
                {
                    problem = string.Create(CultureInfo.InvariantCulture,
                        $"{name} is {level} at {Seconds(time)}; a level is from 0 to {Highest:0}.");
                    return null;
                }

                stages.Add(new Stage(look == 0 ? TimeSpan.Zero : duration / looks, level));
            }

            if (stages.Any(static stage => stage.Target > 0))
            {
                return new StageList(stages, areRates) { IsSmooth = true };
            }

            problem = $"{name} never leaves 0; there would be nothing to run.";
        }
#pragma warning disable CA1031 // The edge of the author's code.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            problem = $"{name} threw {fault.GetType().Name} at {Seconds(time)}: {fault.Message}";
        }

        return null;
    }

    static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
