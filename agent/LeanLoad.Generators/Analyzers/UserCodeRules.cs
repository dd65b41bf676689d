using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators.Analyzers;

/// <summary>
/// What the code of users should not do: 06x. Warnings: it runs, but each costs what the tool is there to save. Each
/// message says what happens, to how many, and what to do.
/// </summary>
static class UserCodeRules
{
    public static readonly DiagnosticDescriptor Blocks = Warning("LL060", "A user that blocks its loop",
        "{0} blocks the loop of '{1}': every user on it waits meanwhile. {2}.");

    public static readonly DiagnosticDescriptor OwnClient = Warning("LL061", "An HTTP client for each user",
        "Each '{0}' makes a {1} with its own connection pool: 40 users make 40. "
        + "Derive from HttpUser and use Http, or share one as a [Bootstrap].");

    public static readonly DiagnosticDescriptor LargePerUser = Warning("LL062", "A large table for each user",
        "Each '{0}' makes {1}: 40 users make 40. Share it as a [Bootstrap], or make it static readonly if it never "
        + "changes.");

    public static readonly DiagnosticDescriptor SameForAll = Warning("LL063", "The same data for each user",
        "'{0}' {1}, once for each user, and what it keeps of that 40 users keep 40 times. Share it as a [Bootstrap].");

    public static readonly DiagnosticDescriptor OwnResult = Warning("LL064", "A user that makes what all share",
        "'{0}' makes a '{1}' of its own, which [Bootstrap] '{2}' makes once for all users: 40 users make 40. "
        + "Take it in the constructor.");

    /// <summary>All of them.</summary>
    public static DiagnosticDescriptor[] All { get; } = [Blocks, OwnClient, LargePerUser, SameForAll, OwnResult];

    static DiagnosticDescriptor Warning(string id, string title, string message) =>
        new(id, title, message, "LeanLoad", DiagnosticSeverity.Warning, isEnabledByDefault: true,
            customTags: id == "LL063" ? [WellKnownDiagnosticTags.CompilationEnd] : []);
}
