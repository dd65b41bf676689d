using System.Reflection;
using LeanLoad.Load;
using LeanLoad.Stats;
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
    AgentOptions Options, ScenarioPlan Scenario, Supplies Supplies,
    IReadOnlyList<(string Name, string Value)> Effective, string[] Args,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The load of each group of users.</summary>
    public LoadSchedule Schedule { get; } = Options.Schedule;

    /// <summary>How many users of each class are planned.</summary>
    public int[] UsersPerClass() => Scenario.UsersPerClass([.. Schedule.Plans.Select(static plan => plan.Users)]);

    /// <summary>The version that <c>--version</c> prints.</summary>
    public static string Version { get; } =
        typeof(RunRequest)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
                ?? "0";

    /// <summary>Reads the command line; prints help, version or every problem at once.</summary>
    /// <returns>Null where there is nothing to run; <paramref name="exit"/> says how the process ends.</returns>
    public static RunRequest? Read(
        string[] args, ScenarioTable table, TextWriter output, TextWriter error, out ExitCode exit) =>
        Read(args, table, new LoadOptions(), output, error, out exit);

    /// <summary>The same with what the load file itself says.</summary>
    public static RunRequest? Read(
        string[] args, ScenarioTable table, LoadOptions inCode, TextWriter output, TextWriter error, out ExitCode exit)
    {
        exit = ExitCode.Passed;
        SettingOption[] known = [.. AgentOptionList.Groups.SelectMany(static group => group.Options),
            .. table.Settings.SelectMany(static entry => entry.Options)];
        var text = OptionText.Parse(args, known, inCode.Defaults);
        if (args is ["-h" or "-?"] || text["help"] == "true")
        {
            HelpText.Print(output, Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "leanload-agent",
                table);
            return null;
        }

        if (text["version"] == "true")
        {
            output.WriteLine(Version);
            return null;
        }

        if (text["list"] == "true") return List(table, text, output, error, out exit);
        if (text["one"] == "true") table = OneUser.TableOf(table);
        var request = TryBuild(args, table, inCode, text, known, out var problems);
        if (request is not null) return request;
        foreach (var problem in problems) error.WriteLine(problem);
        exit = ExitCode.Usage;
        return null;
    }

    /// <summary>
    /// Prints what there is to run: all of it, or what the options choose. Nothing else need be given.
    /// </summary>
    static RunRequest? List(
        ScenarioTable table, OptionText text, TextWriter output, TextWriter error, out ExitCode exit)
    {
        var options = AgentOptions.Read(new SettingsReader(name => text[name]));
        var plans = new List<ScenarioPlan>();
        List<string> problems = [.. text.Problems];
        string[] names = options.Scenario is { } chosen ? [chosen]
            : [.. table.Users.Select(static user => user.Scenario).Distinct()];
        foreach (var name in names)
        {
            if (ScenarioPlan.TryChoose(table, name, false, options.Tags, options.ExcludedTags, out var plan,
                out var problem))
            {
                plans.Add(plan);
            }
            else if (names.Length == 1) problems.Add(problem);
        }

        exit = problems.Count > 0 ? ExitCode.Usage : ExitCode.Passed;
        foreach (var problem in problems) error.WriteLine(problem);
        if (problems.Count == 0) ListText.Print(output, plans);
        return null;
    }

    static RunRequest? TryBuild(
        string[] args, ScenarioTable table, LoadOptions inCode, OptionText text, IReadOnlyList<SettingOption> known,
        out List<string> problems)
    {
        problems = [.. text.Problems];
        var reader = new SettingsReader(name => text[name]);
        var options = WithCode(AgentOptions.Read(reader), inCode, text, problems);
        if (!ScenarioPlan.TryChoose(table, options.Scenario, options.Url is not null, options.Tags,
            options.ExcludedTags, out var plan, out var problem))
        {
            problems.Add(problem);
        }

        // Without an end, a first try would run for ever.
        if (options.Duration is null && options.Iterations is null && options.Stages is null)
        {
            options = options with { Duration = TimeSpan.FromSeconds(10) };
        }

        if (plan?.Users.Any(static user => user.Class.IsHttp) == true && options.Url is null)
        {
            problems.Add("--url is required: the users of this scenario send requests to it.");
        }

        if (plan is not null && (text["users"] is null || options.IsOne))
        {
            options = options with { Users = plan.Groups[0].LeastUsers };
        }

        if (plan is not null && UsersProblem(plan.Groups[0], options.Users) is { } unfit) problems.Add(unfit);
        // Whoever steps through a request takes his time.
        if (options.IsOne && System.Diagnostics.Debugger.IsAttached)
        {
            options = options with { Timeout = TimeSpan.FromDays(1) };
        }

        problems.AddRange(options.Problems());
        var supplies = new Supplies();
        foreach (var entry in plan?.Settings ?? [])
        {
            try
            {
                supplies.Add(entry.Type, entry.Read(reader));
            }
#pragma warning disable CA1031 // The edge of the author's code: a record may check its values.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                problems.Add($"The settings {entry.Type.Name} threw {fault.GetType().Name}: {fault.Message}");
            }
        }

        problems.AddRange(reader.Problems);
        return problems.Count > 0 ? null : new RunRequest(options, plan!, supplies, EffectiveOf(known, text), args,
            [.. OptionText.MisspeltVariables(known)]);
    }

    /// <summary>
    /// With what the load file says where the command line does not: its thresholds beside the others, its shape where
    /// no other load was asked for.
    /// </summary>
    static AgentOptions WithCode(AgentOptions options, LoadOptions inCode, OptionText text, List<string> problems)
    {
        var thresholds = new List<Threshold>();
        foreach (var item in inCode.FailIf)
        {
            if (Threshold.TryParse(item, out var threshold, out var unclear)) thresholds.Add(threshold);
            else problems.Add($"LoadOptions.FailIf \"{item}\" {unclear}.");
        }

        options = options with
        {
            FailIf = [.. thresholds, .. options.FailIf],
            FailFast = text["fail-fast"] is null ? inCode.FailFast : options.FailFast,
        };
        if (inCode is { Users: not null, Rate: not null })
        {
            problems.Add("LoadOptions has both Users and Rate: of the closed model and of the open one; give one of "
                + "them.");
            return options;
        }

        string[] others = inCode.Rate is null ? ["users", "ramp", "rate", "stages"] : ["rate", "stages"];
        if ((inCode.Users ?? inCode.Rate) is not { } shape || others.Any(text.IsTyped)) return options;
        if (LoadShapeReader.Read(shape, inCode.Rate is not null, out var problem) is { } stages)
        {
            return options with { Stages = stages };
        }

        problems.Add(problem!);
        return options;
    }

    /// <summary>What is wrong with the number of users for classes that have a fixed one.</summary>
    static string? UsersProblem(UserGroup plan, int users)
    {
        var counted = string.Join(", ", plan.Users.Where(static user => user.Class.Count > 0)
            .Select(static user => $"{user.Class.Name} {user.Class.Count}"));
        var least = plan.Users.Sum(static user => user.Class.Count);
        return users < least
            ? $"--users {users} is less than the classes of a fixed number need: {counted}. Give {least} or more."
            : users > least && plan.IsFixed
                ? $"--users {users} is more than the classes of a fixed number take, and there are no others: "
                    + $"{counted}. Give {least}, or leave it out."
            : null;
    }

    static (string, string)[] EffectiveOf(IReadOnlyList<SettingOption> known, OptionText text) =>
        [.. known.Where(option => text[option.Name] is not null)
            .Select(option => (option.Name, option.Secret ? "(secret)" : text[option.Name]!))];
}
