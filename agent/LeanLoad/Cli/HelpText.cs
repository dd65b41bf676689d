using LeanLoad.Report;

namespace LeanLoad.Cli;

/// <summary>
/// <c>--help</c>, written for a person: what there is to run, then each option with its kind, default and meaning.
/// </summary>
static class HelpText
{
    /// <summary>Columns of what is explained, and the space before and behind it.</summary>
    const int Names = 34, Gap = 2 + Names + 1;

    static readonly (ExitCode Code, string Meaning)[] ExitCodes =
    [
        (ExitCode.Passed, "passed"),
        (ExitCode.InternalError, "internal error"),
        (ExitCode.Usage, "usage or settings"),
        (ExitCode.TargetUnreachable, "target unreachable, or a bootstrap failed"),
        (ExitCode.OverMemory, "would exceed memory; results are complete"),
        (ExitCode.ResultsIncomplete, "results not stored completely"),
        (ExitCode.GeneratorLimited, "the generator was the limit; results are invalid"),
        (ExitCode.ThresholdFailed, "a threshold failed, or nothing succeeded"),
        (ExitCode.Interrupted, "stopped by a signal; results are complete"),
    ];

    /// <summary>Prints it in lines of at most so many columns.</summary>
    public static void Print(TextWriter output, string program, ScenarioTable table, int width)
    {
        Say(output, $"Usage: {program} [--url URL] [--scenario NAME] [--users N] [--duration 1m] [--memory 64MiB] …",
            width);
        output.WriteLine();
        Say(output, "Runs users inside a memory budget, and says before the kernel does when they will not fit.",
            width);
        output.WriteLine();
        output.WriteLine("Scenarios");
        foreach (var scenario in table.Users.GroupBy(static user => user.Scenario))
        {
            var classes = string.Join(", ", scenario.Select(static user => user.Name));
            var tasks = scenario.SelectMany(static user => user.Tasks).Select(static task => task.Name).Distinct();
            Explain(output, scenario.Key, $"{classes}: {string.Join(", ", tasks)}", width);
        }

        foreach (var (title, options) in AgentOptionList.Groups) PrintGroup(output, title, options, width);
        foreach (var settings in table.Settings)
        {
            PrintGroup(output, $"Settings of the load file ({settings.Type.Name})", settings.Options, width);
        }

        output.WriteLine();
        Say(output, "Each option can also be set in the environment: --over-memory is LEANLOAD_OVER_MEMORY. The flag "
            + "wins.", width);
        output.WriteLine();
        output.WriteLine("Exit codes");
        foreach (var (code, meaning) in ExitCodes) output.WriteLine($"  {(int)code,3}  {meaning}");
    }

    static void Say(TextWriter output, string sentence, int width)
    {
        foreach (var line in Prose.Wrapped(sentence, width)) output.WriteLine(line);
    }

    static void PrintGroup(TextWriter output, string title, IReadOnlyList<SettingOption> options, int width)
    {
        output.WriteLine();
        output.WriteLine(title);
        foreach (var option in options)
        {
            var name = option.Kind == "true|false" ? $"--{option.Name}" : $"--{option.Name} <{option.Kind}>";
            var note = option.Required ? " (required)" : option.Default is { } text && text != "false" ? $" [{text}]"
                : "";
            Explain(output, name, option.Help + note, width);
        }
    }

    /// <summary>A name, and what it means in a column beside it.</summary>
    static void Explain(TextWriter output, string name, string meaning, int width)
    {
        // A long name takes a line of its own.
        if (name.Length > Names) output.WriteLine($"  {name}");
        var first = $"  {(name.Length > Names ? "" : name),-Names} ";
        foreach (var line in Prose.Wrapped(meaning, width, Gap))
        {
            output.WriteLine(first + line[Gap..]);
            first = new string(' ', Gap);
        }
    }
}
