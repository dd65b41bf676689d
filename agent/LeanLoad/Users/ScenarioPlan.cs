using System.Diagnostics.CodeAnalysis;
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

    ScenarioPlan(string name, ScenarioTable table, IReadOnlyList<Choice> choices)
    {
        Name = name;
        var chosen = choices.SelectMany(static choice => choice.Users).ToArray();
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

        var groups = new List<UserGroup>();
        var users = new List<UserPlan>();
        foreach (var choice in choices)
        {
            UserPlan[] own = [.. choice.Users.Select((user, place) =>
                PlanOf(user.Class, user.Tasks, users.Count + place, groups.Count, place))];
            users.AddRange(own);
            groups.Add(new UserGroup(groups.Count, choice.Name, own));
        }

        (Users, Groups) = (users, groups);
    }

    public string Name { get; }

    /// <summary>The classes of all groups.</summary>
    public IReadOnlyList<UserPlan> Users { get; }

    /// <summary>What runs side by side, each with its load; one in an ordinary run.</summary>
    public IReadOnlyList<UserGroup> Groups { get; }

    /// <summary>
    /// Those that a chosen user class needs, directly or through another, each after those it needs itself.
    /// </summary>
    public IReadOnlyList<BootstrapEntry> Bootstraps { get; }

    public IReadOnlyList<SettingsEntry> Settings { get; }

    /// <summary>What runs once before the first user.</summary>
    public IReadOnlyList<BootstrapEntry> Started { get; }

    /// <summary>What runs once after the last user.</summary>
    public IReadOnlyList<BootstrapEntry> Stopped { get; }

    public IReadOnlyList<Scope> Scopes => scopes;

    public int ScopeOf(BootstrapEntry entry) => bootstrapScopes[entry];

    /// <summary>How many of the planned users are of each class.</summary>
    /// <param name="users">Of each group.</param>
    public int[] UsersPerClass(IReadOnlyList<int> users) =>
        [.. Groups.SelectMany(group => group.UsersPerClass(users[group.Index]))];

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
        plan = null;
        string[] names = [.. table.Users.Select(static user => user.Scenario).Distinct()];
        var name = scenario ?? (names.Length == 1 ? names[0] : hasUrl && names.Contains("url") ? "url" : null);
        if (names.Length == 0)
        {
            problem = "The load file declares no users: give a class that derives from User the attribute [LoadUser].";
            return false;
        }

        if (name is null)
        {
            problem = $"--scenario is needed: {string.Join(", ", names)}; or --url alone for a first look at a server.";
            return false;
        }

        if (!Choice.TryTake(table, name, tags, excluded, out var choice, out problem)) return false;
        plan = new ScenarioPlan(name, table, [choice]);
        return true;
    }

    /// <summary>Chooses what runs side by side.</summary>
    /// <param name="table">What the load file declares.</param>
    /// <param name="names">Of each group, as <c>--scenario</c> takes it.</param>
    /// <param name="tags">Only tasks with one of these; empty: all.</param>
    /// <param name="excluded">No task with one of these.</param>
    /// <param name="problems">Everything that is wrong, each naming its option.</param>
    /// <param name="option">The option that the names were given by.</param>
    /// <returns>Null where something is.</returns>
    public static ScenarioPlan? TryChoose(
        ScenarioTable table, IReadOnlyList<string> names, IReadOnlyList<string> tags, IReadOnlyList<string> excluded,
        out IReadOnlyList<string> problems, string option)
    {
        var found = new List<string>();
        var choices = new List<Choice>();
        foreach (var name in names)
        {
            if (Choice.TryTake(table, name, tags, excluded, out var choice, out var problem, option))
            {
                choices.Add(choice);
            }
            else found.Add(problem);
        }

        var twice = choices.SelectMany(static choice => choice.Users.Select(user => (choice.Name, user.Class)))
            .GroupBy(static one => one.Class).Where(static group => group.Count() > 1);
        found.AddRange(twice.Select(group =>
            $"{option}: the user class {group.Key.Name} is in {string.Join(" and in ", group.Select(one =>
                $"\"{one.Name}\""))}; each class has one load."));
        problems = found;
        return found.Count > 0 ? null : new ScenarioPlan(string.Join(" + ", names), table, choices);
    }

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

    UserPlan PlanOf(UserClass user, TaskEntry[] tasks, int index, int group, int place)
    {
        var start = AddScope(ScopeKind.UserStart, $"{user.Name}.Start");
        PlannedTask[] planned =
            [.. tasks.Select(task => new PlannedTask(task, AddScope(ScopeKind.Task, $"{user.Name}.{task.Name}")))];
        return new UserPlan(user, planned, start, AddScope(ScopeKind.UserStop, $"{user.Name}.Stop"))
        {
            Index = index,
            Group = group,
            Place = place,
        };
    }

    int AddScope(ScopeKind kind, string name)
    {
        scopes.Add(new Scope(scopes.Count, kind, name));
        return scopes.Count - 1;
    }
}
