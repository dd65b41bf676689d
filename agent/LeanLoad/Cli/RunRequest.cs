using System.Reflection;
using LeanLoad.Load;
using LeanLoad.Report;
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

    /// <summary>
    /// Thresholds with a name that <see cref="Warnings"/> does not doubt: whether something is named so, the run shows.
    /// </summary>
    public IReadOnlyList<Threshold> NamesToLearn { get; } =
        [.. Options.FailIf.Where(static threshold => threshold.Name is not null)
            .Except(MisspeltIn(Options, Scenario).Select(static one => one.Threshold))];

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
                table, Prose.Columns);
            return null;
        }

        if (text["version"] == "true")
        {
            output.WriteLine(Version);
            return null;
        }

        if (text["list"] == "true") return List(table, inCode, text, output, error, out exit);
        if (text["one"] == "true") table = OneUser.TableOf(table);
        var request = TryBuild(args, table, inCode, text, known, out var problems);
        if (request is not null) return request;
        foreach (var problem in problems) error.WriteLine(problem);
        exit = ExitCode.Usage;
        return null;
    }

    /// <summary>
    /// Prints what there is to run: all of it, or what the options choose; of scenarios side by side, each with its
    /// load. Nothing else need be given.
    /// </summary>
    static RunRequest? List(
        ScenarioTable table, LoadOptions inCode, OptionText text, TextWriter output, TextWriter error,
        out ExitCode exit)
    {
        List<string> problems = [.. text.Problems];
        var reader = new SettingsReader(name => text[name]);
        var options = AgentOptionsReader.Read(reader) with { Loads = SideBySide.Read(text, inCode, problems) };
        problems.AddRange(reader.Problems);
        var sideBySide = options.Loads.Count > 0 ? Choose(table, options, text, problems) : null;
        if (sideBySide is not null) options = Fitted(options, sideBySide, problems);
        problems.AddRange(options.Loads.SelectMany(static load => load.Problems()));
        var plans = Alone(table, options, text, problems);
        exit = problems.Count > 0 ? ExitCode.Usage : ExitCode.Passed;
        foreach (var problem in problems) error.WriteLine(problem);
        if (problems.Count > 0) return null;
        if (sideBySide is not null) ListText.Print(output, sideBySide, options.Loads);
        if (sideBySide is not null && plans.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Without a load here; by --scenario:");
            output.WriteLine();
        }

        ListText.Print(output, plans);
        return null;
    }

    /// <summary>What runs by itself: what was asked for, else what has no load beside others.</summary>
    static List<ScenarioPlan> Alone(
        ScenarioTable table, AgentOptions options, OptionText text, List<string> problems)
    {
        var plans = new List<ScenarioPlan>();
        string[] names = options.Scenario is { } chosen ? [chosen]
            : [.. table.Users.Select(static user => user.Scenario).Distinct()];
        // Whoever types loads asks for those alone.
        if (options.Loads.Count > 0)
        {
            names = text.IsTyped("load") ? [] : [.. names.Except(options.Loads.Select(static load => load.Name!))];
        }

        foreach (var name in names)
        {
            if (ScenarioPlan.TryChoose(table, name, false, options.Tags, options.ExcludedTags, out var plan,
                out var problem))
            {
                plans.Add(plan);
            }
            else if (names.Length == 1 && options.Loads.Count == 0) problems.Add(problem);
        }

        return plans;
    }

    static RunRequest? TryBuild(
        string[] args, ScenarioTable table, LoadOptions inCode, OptionText text, IReadOnlyList<SettingOption> known,
        out List<string> problems)
    {
        problems = [.. text.Problems];
        var reader = new SettingsReader(name => text[name]);
        var options = LoadOptionsReader.Apply(AgentOptionsReader.Read(reader), inCode, text, problems);
        var plan = Choose(table, options, text, problems);
        // Text that is no address is told of by itself.
        if (plan?.Users.Any(static user => user.Class.IsHttp) == true && text["url"] is null)
        {
            problems.Add("--url is required: the users of this scenario send requests to it.");
        }

        if (plan is not null) options = Fitted(options, plan, problems);
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
        return problems.Count > 0 ? null : new RunRequest(
            options, plan!, supplies, EffectiveOf(known, text, options), args,
            [.. OptionText.MisspeltVariables(known), .. MisspeltIn(options, plan!).Select(Doubt)]);
    }

    /// <summary>
    /// Thresholds whose name is nearly that of a task or scenario. A warning, not an error: it may be a request's,
    /// which is known once it is made.
    /// </summary>
    static IEnumerable<(Threshold Threshold, string Nearest)> MisspeltIn(AgentOptions options, ScenarioPlan plan)
    {
        string[] names =
        [
            .. plan.Groups.Select(static group => group.Name),
            .. plan.Users.SelectMany(static user => user.Tasks.SelectMany(task =>
                new[] { task.Entry.Name, $"{user.Class.Name}.{task.Entry.Name}" })),
        ];
        foreach (var threshold in options.FailIf)
        {
            if (threshold.Name is not { } name || names.Contains(name)) continue;
            if (NearestName.Of(name, names, atMost: 2) is { } nearest) yield return (threshold, nearest);
        }
    }

    static string Doubt((Threshold Threshold, string Nearest) misspelt) =>
        $"--fail-if \"{misspelt.Threshold.Text}\": no task or scenario is named \"{misspelt.Threshold.Name}\". Did you "
            + $"mean \"{misspelt.Nearest}\"? It fails the run unless a request is named so.";

    static ScenarioPlan? Choose(
        ScenarioTable table, AgentOptions options, OptionText text, List<string> problems)
    {
        if (options.Loads.Count == 0)
        {
            if (!ScenarioPlan.TryChoose(table, options.Scenario, text["url"] is not null, options.Tags,
                options.ExcludedTags, out var only, out var problem)) problems.Add(problem);
            return only;
        }

        var plan = ScenarioPlan.TryChoose(table, [.. options.Loads.Select(static load => load.Name!)], options.Tags,
            options.ExcludedTags, out var found, text["load"] is null ? "LoadOptions.Loads" : "--load");
        problems.AddRange(found);
        return plan;
    }

    /// <summary>The loads with what follows from the classes they are for, and with an end.</summary>
    static AgentOptions Fitted(AgentOptions options, ScenarioPlan plan, List<string> problems)
    {
        if (options.Loads.Count == 0)
        {
            return options with { Load = Fitted(options.Load, plan.Groups[0], options, problems) };
        }

        return options with
        {
            Loads = [.. options.Loads.Zip(plan.Groups,
                (load, group) => Fitted(load, group, options, problems))],
        };
    }

    static LoadTerms Fitted(LoadTerms load, UserGroup group, AgentOptions options, List<string> problems)
    {
        if (!load.HasUsers || options.IsOne) load = load with { Users = group.LeastUsers };
        // Without an end, a first try would run for ever.
        if (!load.HasEnd) load = load with { Duration = options.Load.Duration ?? TimeSpan.FromSeconds(10) };
        if (UsersProblem(group, load) is { } unfit) problems.Add(load.Say(unfit));
        return load;
    }

    /// <summary>What is wrong with the number of users for classes that have a fixed one.</summary>
    static string? UsersProblem(UserGroup group, LoadTerms load)
    {
        var counted = string.Join(", ", group.Users.Where(static user => user.Class.Count > 0)
            .Select(static user => $"{user.Class.Name} {user.Class.Count}"));
        var least = group.Users.Sum(static user => user.Class.Count);
        var given = $"{load.Term("users")} {load.Users}";
        return load.Users < least
            ? $"{given} is less than the classes of a fixed number need: {counted}. Give {least} or more."
            : load.Users > least && group.IsFixed
                ? $"{given} is more than the classes of a fixed number take, and there are no others: "
                    + $"{counted}. Give {least}, or leave it out."
            : null;
    }

    static (string, string)[] EffectiveOf(
        IReadOnlyList<SettingOption> known, OptionText text, AgentOptions options) =>
        [.. known.Where(option => text[option.Name] is not null)
            .Select(option => (option.Name, option.Secret ? "(secret)" : text[option.Name]!)),
            .. options.Loads.Where(_ => text["load"] is null).Select(static load => ("load", load.ToString()))];
}
