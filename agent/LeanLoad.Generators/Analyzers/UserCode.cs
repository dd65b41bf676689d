using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators.Analyzers;

/// <summary>Which code runs for each user, and when.</summary>
static class UserCode
{
    /// <summary>
    /// The user class that a member belongs to, lambdas and local functions included; null for all other code, and for
    /// static members.
    /// </summary>
    public static INamedTypeSymbol? UserOf(ISymbol member)
    {
        var outer = Outermost(member);
        return !outer.IsStatic && outer.ContainingType is { } type && type.DerivesFrom("LeanLoad", "User") ? type
            : null;
    }

    /// <summary>
    /// Whether a member runs once per user, before its first task: constructor, initializer, <c>Start</c>.
    /// </summary>
    public static bool IsBeginning(ISymbol member) => Outermost(member) switch
    {
        IFieldSymbol or IPropertySymbol => true,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => true,
        IMethodSymbol { Name: "Start", IsOverride: true } => true,
        _ => false,
    };

    /// <summary>The member that a lambda or a local function stands in.</summary>
    public static ISymbol Outermost(ISymbol member)
    {
        while (member.ContainingSymbol is IMethodSymbol or IFieldSymbol or IPropertySymbol)
        {
            member = member.ContainingSymbol;
        }

        return member;
    }

    public static string Shown(INamedTypeSymbol user, ISymbol member) => Outermost(member) switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } or IFieldSymbol or IPropertySymbol => user.Name,
        var method => $"{user.Name}.{method.Name}",
    };
}
