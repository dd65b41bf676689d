using System.Diagnostics.CodeAnalysis;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>The user classes and tasks that a name and tags choose.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Users">One class or more, each with a task or more.</param>
sealed record Choice(string Name, IReadOnlyList<(UserClass Class, TaskEntry[] Tasks)> Users)
{
    /// <summary>Chooses them.</summary>
    /// <param name="table">What the load file declares.</param>
    /// <param name="name">Scenarios or user classes: <c>a,b</c>.</param>
    /// <param name="tags">Only tasks with one of these; empty: all.</param>
    /// <param name="excluded">No task with one of these.</param>
    /// <param name="choice">What is chosen.</param>
    /// <param name="problem">What is wrong, naming the options.</param>
    /// <param name="option">The option that <paramref name="name"/> was given by.</param>
    public static bool TryTake(
        ScenarioTable table, string name, IReadOnlyList<string> tags, IReadOnlyList<string> excluded,
        [NotNullWhen(true)] out Choice? choice, [NotNullWhen(false)] out string? problem,
        string option = "--scenario")
    {
        (choice, problem) = (null, null);
        string[] asked = name.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (asked.FirstOrDefault(one => !table.Users.Any(user => IsAsked(user, one))) is { } unknown)
        {
            string[] names = [.. table.Users.Select(static user => user.Scenario).Distinct()];
            string[] all = [.. table.Users.Select(static user => user.Name)];
            var classes = all.Length > names.Length ? $"; of user classes, {string.Join(", ", all)}" : "";
            var nearest = NearestName.Of(unknown, [.. names, .. all]) is { } near ? $" Did you mean {near}?" : "";
            problem = $"{option} \"{unknown}\" is unknown; there are {string.Join(", ", names)}{classes}.{nearest}";
            return false;
        }

        var users = table.Users.Where(user => asked.Any(one => IsAsked(user, one))).ToArray();
        var chosen = users
            .Select(user => (user, user.Tasks.Where(task => IsChosen(task, tags, excluded)).ToArray()))
            .Where(static user => user.Item2.Length > 0).ToArray();
        if (chosen.Length > 0)
        {
            choice = new Choice(name, chosen);
            return true;
        }

        var known = users.SelectMany(static user => user.Tasks).SelectMany(static task => task.Tags).Distinct();
        problem = $"--tags and --exclude-tags leave no task of the scenario \"{name}\"; its tags are "
            + $"{string.Join(", ", known)}.";
        return false;
    }

    /// <summary>By its scenario, or by itself.</summary>
    static bool IsAsked(UserClass user, string name) => user.Scenario == name || user.Name == name;

    static bool IsChosen(TaskEntry task, IReadOnlyList<string> tags, IReadOnlyList<string> excluded) =>
        (tags.Count == 0 || task.Tags.Any(tags.Contains)) && !task.Tags.Any(excluded.Contains);
}
