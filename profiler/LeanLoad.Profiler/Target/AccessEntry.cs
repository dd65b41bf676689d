using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// What a token allows: one element of its <c>access</c> claim (distribution, "Token Authentication Implementation").
/// </summary>
/// <param name="Type">The kind of resource: <c>repository</c>.</param>
/// <param name="Name">The resource: <c>library/device-agent</c>.</param>
/// <param name="Actions">What may be done with it: <c>pull</c>, <c>push</c>.</param>
sealed record AccessEntry(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("actions")] IReadOnlyList<string> Actions)
{
    /// <summary>
    /// Reads a scope, <c>repository:library/device-agent:pull,push</c>; the name may contain colons (a host's port).
    /// </summary>
    public static bool TryParse(string scope, [NotNullWhen(true)] out AccessEntry? entry)
    {
        entry = null;
        var first = scope.IndexOf(':', StringComparison.Ordinal);
        var last = scope.LastIndexOf(':');
        if (first <= 0 || last <= first + 1 || last == scope.Length - 1) return false;
        var actions = scope[(last + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (actions.Length == 0) return false;
        entry = new AccessEntry(scope[..first], scope[(first + 1)..last], actions);
        return true;
    }

    /// <summary>Whether this allows <paramref name="action"/> on the repository <paramref name="name"/>.</summary>
    public bool Allows(string name, string action) => Type == "repository" && Name == name && Actions.Contains(action);
}
