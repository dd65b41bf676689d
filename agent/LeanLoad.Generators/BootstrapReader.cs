using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>Reads a <c>[Bootstrap]</c> method.</summary>
static class BootstrapReader
{
    public static BootstrapDeclaration Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var method = (IMethodSymbol)context.TargetSymbol;
        var place = Place.Of(method.Locations.FirstOrDefault());
        var attribute = context.Attributes[0];
        var fullName = $"{method.ContainingType.FullName()}.{method.Name}";
        var timeLimit = attribute.Argument("TimeLimitSeconds", 60);
        var maxResult = attribute.Argument("MaxResultBytes", 64 << 20);
        var (returns, result) = Result(method.ReturnType);
        var problems = new List<Problem>();

        if (WhyNotABootstrap(method, result) is { } why) problems.Add(new(Rules.BootstrapShape, place, fullName, why));
        else if (!method.IsReachable(context.SemanticModel.Compilation))
        {
            problems.Add(new(Rules.NotReachable, place, fullName));
        }

        if (result is { IsValueType: true })
        {
            problems.Add(new(Rules.ResultNotReference, place, fullName, result.Shown()));
        }

        foreach (var (limit, value) in new[] { ("TimeLimitSeconds", timeLimit), ("MaxResultBytes", maxResult) })
            if (value < 1) problems.Add(new(Rules.BootstrapLimit, Place.Of(attribute), fullName, limit, $"{value}"));

        return new BootstrapDeclaration(
            $"{method.ContainingType.Name}.{method.Name}", fullName,
            $"{method.ContainingType.Identity()}.{Symbols.Escaped(method.Name)}", result?.Identity(),
            result?.Shown() ?? "", returns,
            new(method.Parameters.Select(one => one.ToParameter())), attribute.Argument("Isolated", false), timeLimit,
            maxResult,
            place, new(problems), result is null or { TypeKind: not TypeKind.Error });
    }

    /// <summary>The T of T, <c>Task&lt;T&gt;</c> and <c>ValueTask&lt;T&gt;</c>; null for no result.</summary>
    static (ReturnKind Returns, ITypeSymbol? Result) Result(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void) return (ReturnKind.Plain, null);
        foreach (var (name, kind) in new[] { ("Task", ReturnKind.Task), ("ValueTask", ReturnKind.ValueTask) })
        {
            if (type.Is("System.Threading.Tasks", name)) return (kind, null);
            if (type.Is("System.Threading.Tasks", name + "`1"))
            {
                return (kind, ((INamedTypeSymbol)type).TypeArguments[0]);
            }
        }

        return (ReturnKind.Plain, type);
    }

    static string? WhyNotABootstrap(IMethodSymbol method, ITypeSymbol? result) =>
        method.MethodKind == MethodKind.LocalFunction ? "is a local function; move it into a class"
        : !method.IsStatic ? "is not static"
        : method.IsAbstract || method.IsVirtual ? "is abstract or virtual"
        : method.IsGenericMethod ? "is generic"
        : method.ContainingType.IsGenericType ? "stands in a generic type"
        : method.ReturnsByRef || method.ReturnsByRefReadonly ? "returns a reference"
        : result is null ? "returns nothing that could be shared"
        : null;
}
