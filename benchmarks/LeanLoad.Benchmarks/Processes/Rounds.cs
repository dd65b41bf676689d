using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// Interleaved rounds: everything is measured once before anything is measured again, so that what the machine does
/// meanwhile is spread over all.
/// </summary>
static class Rounds
{
    /// <summary>How many there are.</summary>
    public static Option<int> Option(int count) => Positive("--rounds", "Everything runs once a round.", count);

    /// <summary>How long a run takes.</summary>
    public static Option<int> Seconds(int count, string description = "Of each run.") =>
        Positive("--seconds", description, count);

    /// <summary>Measures each of some once a round.</summary>
    /// <param name="count">How many rounds.</param>
    /// <param name="subjects">What is measured, in this order.</param>
    /// <param name="name">Of one, for the line that says what takes its time.</param>
    /// <param name="measure">Measures one.</param>
    /// <exception cref="MeasurementException">The first that <paramref name="measure"/> throws ends all.</exception>
    public static async Task RunAsync<T>(
        int count, IReadOnlyList<T> subjects, Func<T, string> name, Func<T, Task> measure)
    {
        try
        {
            for (var round = 1; round <= count; round++)
            {
                foreach (var subject in subjects)
                {
                    Progress.Say($"round {round} of {count}: {name(subject)}");
                    await measure(subject);
                }
            }
        }
        finally
        {
            Progress.End();
        }
    }

    static Option<int> Positive(string name, string description, int count)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => count,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} is a number from 1 up.");
        });
        return option;
    }
}
