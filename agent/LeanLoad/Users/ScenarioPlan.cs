using System.Diagnostics.CodeAnalysis;
using LeanLoad.Load;
using LeanLoad.Memory;

namespace LeanLoad.Users;

/// <summary>
/// The chosen scenario with everything that follows from the choice: user classes, the bootstraps and settings they
/// need, the ledger's scopes.
/// </summary>
sealed class ScenarioPlan
{
    readonly List<Scope> scopes =
    [
        new(Scope.Runtime, ScopeKind.Runtime, "runtime"), new(Scope.Engine, ScopeKind.Engine, "engine"),
        new(Scope.OffLoop, ScopeKind.OffLoop, "off loop"),
    ];

    readonly Dictionary<BootstrapEntry, int> bootstrapScopes = [];

    ScenarioPlan(string name, ScenarioTable table, IEnumerable<(UserClass Class, TaskEntry[] Tasks)> chosen)
    {
        Name = name;
        var hooks = table.Hooks.Where(hook => hook.Scenario is null
            || chosen.Any(user => user.Class.Scenario == hook.Scenario)).ToArray();
        var needed = NeedsOf([.. chosen.SelectMany(static user => user.Class.Needs),
            .. hooks.SelectMany(static hook => hook.Needs)], table);
        Bootstraps = [.. table.Bootstraps.Where(entry => needed.Contains(entry.Result))];
        Settings = [.. table.Settings.Where(entry => needed.Contains(entry.Type))];
        Started = [.. hooks.Where(static hook => !hook.AtEnd).Select(static hook => hook.AsBootstrap())];
        Stopped = [.. hooks.Where(static hook => hook.AtEnd).Select(static hook => hook.AsBootstrap())];
        foreach (var entry in (IEnumerable<BootstrapEntry>)[.. Bootstraps, .. Started, .. Stopped])
        {
            bootstrapScopes.Add(entry, AddScope(ScopeKind.Bootstrap, entry.Name));
        }

        Users = [.. chosen.Select((user, index) => PlanOf(user.Class, user.Tasks, index))];
    }

    public string Name { get; }

    public IReadOnlyList<UserPlan> Users { get; }

    /// <summary>
    /// Those that a chosen user class needs, directly or through another, each after those it needs itself.
    /// </summary>
    public IReadOnlyList<BootstrapEntry> Bootstraps { get; }

    public IReadOnlyList<SettingsEntry> Settings { get; }

    /// <summary>What runs once before the first user.</summary>
    public IReadOnlyList<BootstrapEntry> Started { get; }

    /// <summary>What runs once after the last user.</summary>
    public IReadOnlyList<BootstrapEntry> Stopped { get; }

    /// <summary>Users that classes of a fixed number need, and one for those that share the rest.</summary>
    public int LeastUsers =>
        Users.Sum(static user => user.Class.Count) + (Users.Any(static user => user.Class.Count == 0) ? 1 : 0);

    /// <summary>Whether there is no class that a further user could be of.</summary>
    public bool IsFixed => Users.All(static user => user.Class.Count > 0);

    public IReadOnlyList<Scope> Scopes => scopes;

    public int ScopeOf(BootstrapEntry entry) => bootstrapScopes[entry];

    /// <summary>How many of the planned users are of each class.</summary>
    public int[] UsersPerClass(int users)
    {
        var counts = new int[Users.Count];
        var mix = Mix();
        for (var index = 0; index < users; index++) counts[mix.Next()]++;
        return counts;
    }

    /// <summary>The order in which users of the classes are admitted.</summary>
    public ClassMix Mix() =>
        new([.. Users.Select(static user => user.Class.Weight)], [.. Users.Select(static user => user.Class.Count)]);

    /// <summary>Chooses the user classes of a scenario and their tasks by tags.</summary>
    /// <param name="table">What the load file declares.</param>
    /// <param name="scenario">The name asked for; null: the only one, or <c>url</c> where a URL alone was
    /// given.</param>
    /// <param name="hasUrl">Whether <c>--url</c> was given.</param>
    /// <param name="tags">Only tasks with one of these; empty: all.</param>
    /// <param name="excluded">No task with one of these.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="problem">What is wrong, naming the options.</param>
    public static bool TryChoose(
        ScenarioTable table, string? scenario, bool hasUrl, IReadOnlyList<string> tags, IReadOnlyList<string> excluded,
        [NotNullWhen(true)] out ScenarioPlan? plan, [NotNullWhen(false)] out string? problem)
    {
        (plan, problem) = (null, null);
        string[] names = [.. table.Users.Select(static user => user.Scenario).Distinct()];
        var name = scenario ?? (names.Length == 1 ? names[0] : hasUrl && names.Contains("url") ? "url" : null);
        if (names.Length == 0)
        {
            problem = "The load file declares no users: give a class that derives from User the attribute [LoadUser].";
        }
        else if (name is null)
        {
            problem = $"--scenario is needed: {string.Join(", ", names)}; or --url alone for a first look at a server.";
        }

        string[] asked = name?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (name is not null
            && asked.FirstOrDefault(one => !table.Users.Any(user => IsAsked(user, one))) is { } unknown)
        {
            var classes = table.Users.Count > names.Length
                ? $"; of user classes, {string.Join(", ", table.Users.Select(static user => user.Name))}" : "";
            problem = $"--scenario \"{unknown}\" is unknown; there are {string.Join(", ", names)}{classes}.";
        }

        if (problem is not null) return false;
        var users = table.Users.Where(user => asked.Any(one => IsAsked(user, one))).ToArray();

        var chosen = users
            .Select(user => (user, user.Tasks.Where(task => IsChosen(task, tags, excluded)).ToArray()))
            .Where(static user => user.Item2.Length > 0).ToArray();
        if (chosen.Length == 0)
        {
            var known = users.SelectMany(static user => user.Tasks).SelectMany(static task => task.Tags).Distinct();
            problem = $"--tags and --exclude-tags leave no task of the scenario \"{name}\"; its tags are "
                + $"{string.Join(", ", known)}.";
            return false;
        }

        plan = new ScenarioPlan(name!, table, chosen);
        return true;
    }

    /// <summary>By its scenario, or by itself.</summary>
    static bool IsAsked(UserClass user, string name) => user.Scenario == name || user.Name == name;

    static bool IsChosen(TaskEntry task, IReadOnlyList<string> tags, IReadOnlyList<string> excluded) =>
        (tags.Count == 0 || task.Tags.Any(tags.Contains)) && !task.Tags.Any(excluded.Contains);

    /// <summary>What the given types need, and what that needs in turn.</summary>
    static HashSet<Type> NeedsOf(IEnumerable<Type> types, ScenarioTable table)
    {
        var needed = new HashSet<Type>(types);
        // Bootstraps come after those they need, so one pass from the end reaches everything.
        foreach (var entry in table.Bootstraps.Reverse())
        {
            if (needed.Contains(entry.Result)) needed.UnionWith(entry.Needs);
        }

        return needed;
    }

    UserPlan PlanOf(UserClass user, TaskEntry[] tasks, int index)
    {
        var start = AddScope(ScopeKind.UserStart, $"{user.Name}.Start");
        PlannedTask[] planned =
            [.. tasks.Select(task => new PlannedTask(task, AddScope(ScopeKind.Task, $"{user.Name}.{task.Name}")))];
        return new UserPlan(user, planned, start, AddScope(ScopeKind.UserStop, $"{user.Name}.Stop")) { Index = index };
    }

    int AddScope(ScopeKind kind, string name)
    {
        scopes.Add(new Scope(scopes.Count, kind, name));
        return scopes.Count - 1;
    }
}
