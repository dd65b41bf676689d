using LeanLoad.Load;

namespace LeanLoad.Users;

/// <summary>
/// User classes with a load of their own: one of the scenarios that run side by side, or all there is.
/// </summary>
/// <param name="Index">From 0.</param>
/// <param name="Name">Of the scenario, or what was asked for.</param>
/// <param name="Users">Its classes; one or more.</param>
sealed record UserGroup(int Index, string Name, IReadOnlyList<UserPlan> Users)
{
    /// <summary>Users that classes of a fixed number need, and one for those that share the rest.</summary>
    public int LeastUsers =>
        Users.Sum(static user => user.Class.Count) + (Users.Any(static user => user.Class.Count == 0) ? 1 : 0);

    /// <summary>Whether there is no class that a further user could be of.</summary>
    public bool IsFixed => Users.All(static user => user.Class.Count > 0);

    /// <summary>The weights of its classes.</summary>
    public int[] Weights => [.. Users.Select(static user => user.Class.Weight)];

    /// <summary>The order in which users of the classes are admitted.</summary>
    public ClassMix Mix() => new(Weights, [.. Users.Select(static user => user.Class.Count)]);

    /// <summary>How many of the planned users are of each class.</summary>
    public int[] UsersPerClass(int users)
    {
        var counts = new int[Users.Count];
        var mix = Mix();
        for (var index = 0; index < users; index++) counts[mix.Next()]++;
        return counts;
    }
}
