using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>Reads a <c>[RunStarted]</c> or <c>[RunStopped]</c> method.</summary>
static class HookReader
{
    public static HookDeclaration Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var method = (IMethodSymbol)context.TargetSymbol;
        var attribute = context.Attributes[0];
        var place = Place.Of(method.Locations.FirstOrDefault());
        var fullName = $"{method.ContainingType.FullName()}.{method.Name}";
        var atEnd = attribute.AttributeClass!.Name == "RunStoppedAttribute";
        var timeLimit = attribute.Argument("TimeLimitSeconds", 60);
        var problems = new List<Problem>();

        if (WhyNotAHook(method) is { } why)
        {
            problems.Add(new(Rules.HookShape, place, fullName, atEnd ? "RunStopped" : "RunStarted", why));
        }
        else if (!method.IsReachable(context.SemanticModel.Compilation))
        {
            problems.Add(new(Rules.NotReachable, place, fullName));
        }

        if (timeLimit < 1)
        {
            problems.Add(new(Rules.BootstrapLimit, Place.Of(attribute), fullName, "TimeLimitSeconds", $"{timeLimit}"));
        }

        return new HookDeclaration(
            $"{method.ContainingType.Name}.{method.Name}", fullName,
            $"{method.ContainingType.Identity()}.{Symbols.Escaped(method.Name)}", atEnd,
            attribute.Argument<string?>("Scenario", null), timeLimit, method.ReturnType.Returns(),
            new(method.Parameters.Select(one => one.ToParameter())), place, new(problems),
            method.ReturnType.TypeKind != TypeKind.Error);
    }

    static string? WhyNotAHook(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction ? "is a local function; move it into a class"
        : !method.IsStatic ? "is not static"
        : method.IsAbstract || method.IsVirtual ? "is abstract or virtual"
        : method.IsGenericMethod || method.ContainingType.IsGenericType ? "is generic"
        : method.WhyNotAwaitable();
}
