namespace LeanLoad.Cli;

/// <summary>
/// <c>--help</c>, written for a person: what there is to run, then each option with its kind, default and meaning in
/// one line.
/// </summary>
static class HelpText
{
    public static void Print(TextWriter output, string program, ScenarioTable table)
    {
        output.WriteLine($"Usage: {program} [--url URL] [--scenario NAME] --users N [--ramp 10/s] [--duration 1m] "
            + "[--memory 64MiB] …");
        output.WriteLine();
        output.WriteLine("Runs users inside a memory budget, and says before the kernel does when they will not fit.");
        output.WriteLine();
        output.WriteLine("Scenarios");
        foreach (var scenario in table.Users.GroupBy(static user => user.Scenario))
        {
            var classes = string.Join(", ", scenario.Select(static user => user.Name));
            var tasks = scenario.SelectMany(static user => user.Tasks).Select(static task => task.Name).Distinct();
            output.WriteLine($"  {scenario.Key,-24} {classes}: {string.Join(", ", tasks)}");
        }

        foreach (var (title, options) in AgentOptionList.Groups) PrintGroup(output, title, options);
        foreach (var settings in table.Settings)
        {
            PrintGroup(output, $"Settings of the load file ({settings.Type.Name})", settings.Options);
        }

        output.WriteLine();
        output.WriteLine(
            "Each option can also be set in the environment: --over-memory is LEANLOAD_OVER_MEMORY. The flag wins.");
        output.WriteLine();
        output.WriteLine("Exit codes: 0 passed · 1 internal error · 2 usage or settings · 3 target unreachable or "
            + "bootstrap failed · 86 would exceed memory");
        output.WriteLine("            87 results not stored completely · 88 the generator was the limit · 99 "
            + "thresholds failed · 105 stopped by a signal");
    }

    static void PrintGroup(TextWriter output, string title, IReadOnlyList<SettingOption> options)
    {
        output.WriteLine();
        output.WriteLine(title);
        foreach (var option in options)
        {
            var name = option.Kind == "true|false" ? $"--{option.Name}" : $"--{option.Name} <{option.Kind}>";
            var note = option.Required ? " (required)" : option.Default is { } text && text != "false" ? $" [{text}]"
                : "";
            output.WriteLine($"  {name,-34} {option.Help}{note}");
        }
    }
}
