using System.Reflection;
using LeanLoad.Users;

namespace LeanLoad.Cli;

/// <summary>A command line that was understood: what to run, with which settings.</summary>
/// <param name="Options">The agent's options.</param>
/// <param name="Scenario">What to run.</param>
/// <param name="Supplies">The settings, read.</param>
/// <param name="Effective">Every option and setting as it took effect, secrets left out.</param>
/// <param name="Args">As typed, for a child process.</param>
/// <param name="Warnings">What may not be meant as it was understood.</param>
sealed record RunRequest(
    AgentOptions Options, ScenarioPlan Scenario, Supplies Supplies, IReadOnlyList<(string Name, string Value)> Effective, string[] Args,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The version that <c>--version</c> prints.</summary>
    public static string Version { get; } =
        typeof(RunRequest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Reads the command line; prints help, version or every problem at once.</summary>
    /// <returns>Null where there is nothing to run; <paramref name="exit"/> says how the process ends.</returns>
    public static RunRequest? Read(string[] args, ScenarioTable table, TextWriter output, TextWriter error, out ExitCode exit)
    {
        exit = ExitCode.Passed;
        SettingOption[] known = [.. AgentOptionList.Groups.SelectMany(static group => group.Options), .. table.Settings.SelectMany(static entry => entry.Options)];
        var text = OptionText.Parse(args, known);
        if (args is ["-h" or "-?"] || text["help"] == "true")
        {
            HelpText.Print(output, Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "leanload-agent", table);
            return null;
        }

        if (text["version"] == "true")
        {
            output.WriteLine(Version);
            return null;
        }

        var request = TryBuild(args, table, text, known, out var problems);
        if (request is not null) return request;
        foreach (var problem in problems) error.WriteLine(problem);
        exit = ExitCode.Usage;
        return null;
    }

    static RunRequest? TryBuild(
        string[] args, ScenarioTable table, OptionText text, IReadOnlyList<SettingOption> known, out List<string> problems)
    {
        problems = [.. text.Problems];
        var reader = new SettingsReader(name => text[name]);
        var options = AgentOptions.Read(reader);
        if (!ScenarioPlan.TryChoose(table, options.Scenario, options.Url is not null, options.Tags, options.ExcludedTags, out var plan, out var problem))
        {
            problems.Add(problem);
        }

        // Without an end, a first try would run for ever.
        if (options.Duration is null && options.Iterations is null) options = options with { Duration = TimeSpan.FromSeconds(10) };
        if (plan?.Users.Any(static user => user.Class.IsHttp) == true && options.Url is null) problems.Add("--url is required: the users of this scenario send requests to it.");
        problems.AddRange(options.Problems());
        var supplies = new Supplies();
        foreach (var entry in plan?.Settings ?? []) supplies.Add(entry.Type, entry.Read(reader));
        problems.AddRange(reader.Problems);
        return problems.Count > 0 ? null : new RunRequest(options, plan!, supplies, EffectiveOf(known, text), args, [.. OptionText.MisspeltVariables(known)]);
    }

    static (string, string)[] EffectiveOf(IReadOnlyList<SettingOption> known, OptionText text) =>
        [.. known.Where(option => text[option.Name] is not null).Select(option => (option.Name, option.Secret ? "(secret)" : text[option.Name]!))];
}
