namespace LeanLoad.Generators;

/// <summary>Who supplies which type, and so which bootstrap runs before which.</summary>
sealed class SupplyGraph
{
    readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    readonly Dictionary<string, BootstrapDeclaration> makers = new(StringComparer.Ordinal);
    readonly HashSet<BootstrapDeclaration> unsound = [];
    readonly HashSet<string> unsoundSettings = new(StringComparer.Ordinal);
    readonly IReadOnlyList<BootstrapDeclaration> bootstraps;

    /// <summary>
    /// Collects the sources, and reports each bootstrap that has a rival, lacks an argument, or whose result cannot
    /// travel.
    /// </summary>
    public SupplyGraph(
        IReadOnlyList<SettingsDeclaration> settings, IReadOnlyList<BootstrapDeclaration> bootstraps,
        IReadOnlyList<JsonContextDeclaration> json, List<Problem> problems)
    {
        this.bootstraps = bootstraps;
        foreach (var record in settings)
        {
            sources[record.Type] = record.Name;
            if (!record.IsSound) unsoundSettings.Add(record.Type);
        }

        var travels = new HashSet<string>(json.SelectMany(one => one.Types), StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);

        foreach (var one in bootstraps)
        {
            if (!one.IsSound) unsound.Add(one);
            if (!names.Add(one.FullName)) Report(one, new(Rules.DuplicateBootstrap, one.Place, one.FullName), problems);
            if (one.Result is not { } result) continue;
            if (sources.TryGetValue(result, out var rival))
            {
                Report(one, new(Rules.TwoSources, one.Place, one.ShownResult, rival, one.FullName), problems);
                continue;
            }

            sources.Add(result, one.FullName);
            makers.Add(result, one);
            if (one is { Isolated: true, IsSound: true } && !travels.Contains(result))
            {
                Report(one, new(Rules.NoJson, one.Place, one.FullName, one.ShownResult, Words(one.ShownResult)),
                    problems);
            }
        }

        foreach (var one in bootstraps.Where(one => one.IsSound))
            if (!Binds(one.FullName, one.Parameters, isBootstrap: true, Rules.UnbindableBootstrap, problems))
            {
                unsound.Add(one);
            }
        foreach (var one in bootstraps.Where(one => one is { Isolated: true, IsSound: true }))
        {
            ReportNeeds(one, problems);
        }

        Json = travels.ToDictionary(type => type, type => json.First(one => one.Types.Contains(type)).Context);
    }

    /// <summary>The first context that names a type, by type.</summary>
    public IReadOnlyDictionary<string, string> Json { get; }

    /// <summary>
    /// Whether the table may hold a user: all its parameters are supplied, by sources without problems. Reports each
    /// that nothing supplies. Ask after <see cref="InOrder"/>, which finds the last of the sources' problems.
    /// </summary>
    public bool Binds(UserDeclaration user, List<Problem> problems) =>
        Binds(user.FullName, user.Parameters, isBootstrap: false, Rules.Unbindable, problems)
        && user.IsSound && user.Parameters.All(IsSoundlySupplied);

    /// <summary>The same for a hook, whose parameters are those of a bootstrap.</summary>
    public bool Binds(HookDeclaration hook, List<Problem> problems) =>
        Binds(hook.FullName, hook.Parameters, isBootstrap: true, Rules.UnbindableBootstrap, problems)
        && hook.IsSound && hook.Parameters.All(IsSoundlySupplied);

    /// <summary>
    /// The sound bootstraps, each after those it needs, otherwise in source order; reports each cycle once.
    /// </summary>
    public List<BootstrapDeclaration> InOrder(List<Problem> problems)
    {
        var done = new HashSet<BootstrapDeclaration>();
        var ordered = new List<BootstrapDeclaration>();
        foreach (var one in bootstraps) Visit(one, [], done, ordered, problems);
        return ordered;
    }

    void Visit(
        BootstrapDeclaration one, List<BootstrapDeclaration> path, HashSet<BootstrapDeclaration> done,
        List<BootstrapDeclaration> ordered, List<Problem> problems)
    {
        var start = path.IndexOf(one);
        if (start >= 0)
        {
            var cycle = path.Skip(start).Append(one).ToList();
            problems.Add(new(Rules.Cycle, one.Place, string.Join(" -> ", cycle.Select(each => each.FullName))));
            unsound.UnionWith(cycle);
            return;
        }

        if (done.Contains(one) || one.Result is null) return;
        path.Add(one);
        foreach (var parameter in one.Parameters)
        {
            if (makers.TryGetValue(parameter.Type, out var needed)) Visit(needed, path, done, ordered, problems);
            if (!IsSoundlySupplied(parameter)) unsound.Add(one);
        }

        path.RemoveAt(path.Count - 1);
        done.Add(one);
        if (!unsound.Contains(one)) ordered.Add(one);
    }

    bool Binds(
        string owner, EquatableArray<Parameter> parameters, bool isBootstrap,
        Microsoft.CodeAnalysis.DiagnosticDescriptor rule,
        List<Problem> problems)
    {
        var all = true;
        foreach (var parameter in parameters)
        {
            if (sources.ContainsKey(parameter.Type)) continue;
            if (isBootstrap && parameter.Kind is ParameterKind.Context or ParameterKind.Cancel) continue;
            all = false;
            if (parameter.Kind == ParameterKind.Unknown) continue;
            var type = parameter.Shown.Substring(0, parameter.Shown.LastIndexOf(' '));
            problems.Add(new(rule, parameter.Place, owner, parameter.Shown, type));
        }

        return all;
    }

    bool IsSoundlySupplied(Parameter parameter) =>
        !unsoundSettings.Contains(parameter.Type)
        && !(makers.TryGetValue(parameter.Type, out var maker) && unsound.Contains(maker));

    /// <summary>A child process has settings and nothing else.</summary>
    void ReportNeeds(BootstrapDeclaration isolated, List<Problem> problems)
    {
        foreach (var parameter in isolated.Parameters)
        {
            if (makers.TryGetValue(parameter.Type, out var maker) && maker != isolated)
            {
                Report(isolated, new(Rules.IsolatedNeeds, parameter.Place, isolated.FullName, parameter.Shown,
                    maker.FullName), problems);
            }
        }
    }

    void Report(BootstrapDeclaration one, Problem problem, List<Problem> problems)
    {
        unsound.Add(one);
        problems.Add(problem);
    }

    /// <summary>A type's name as part of an identifier: <c>List&lt;Device&gt;</c> is <c>ListDevice</c>.</summary>
    static string Words(string type) => new([.. type.Where(char.IsLetterOrDigit)]);
}
