using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What the commands that measure in rounds have in common.</summary>
static class Repeated
{
    public static Option<int> Rounds(int count) => Positive("--rounds", "Everything runs once a round.", count);

    public static Option<int> Seconds(int count, string description) => Positive("--seconds", description, count);

    /// <summary>Says what is wrong, for people.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(ParseResult parsed, string problem)
    {
        Progress.End();
        parsed.InvocationConfiguration.Error.WriteLine(problem);
        return 2;
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
