using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeanLoad.Generators;

/// <summary>The questions this generator asks of Roslyn's symbols.</summary>
static class Symbols
{
    static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static readonly SymbolDisplayFormat Short = SymbolDisplayFormat.CSharpShortErrorMessageFormat;

    /// <summary>The type's identity, and its name in generated code: <c>global::Hub.HubSession</c>.</summary>
    public static string Identity(this ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>The same with the nullable annotations inside it, not its own.</summary>
    public static string Written(this ITypeSymbol type) =>
        type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Annotated);

    /// <summary>As a person writes it, without the namespace.</summary>
    public static string Shown(this ISymbol symbol) => symbol.ToDisplayString(Short);

    /// <summary>As a person writes it, with the namespace.</summary>
    public static string FullName(this ISymbol symbol) =>
        symbol.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    /// <summary>A member's name as code must write it: <c>@class</c>.</summary>
    public static string Escaped(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    /// <summary>Whether the type is this one of the namespace, generic or not.</summary>
    public static bool Is(this ITypeSymbol type, string @namespace, string metadataName) =>
        type.MetadataName == metadataName && type.ContainingType is null
        && type.ContainingNamespace?.ToDisplayString() == @namespace;

    public static bool DerivesFrom(this ITypeSymbol type, string @namespace, string metadataName) =>
        type.BasesFirst().Any(one => one.Is(@namespace, metadataName));

    /// <summary>The base types from <c>object</c> on, and last the type itself.</summary>
    public static IEnumerable<ITypeSymbol> BasesFirst(this ITypeSymbol type)
    {
        var chain = new Stack<ITypeSymbol>();
        for (var one = type; one is not null; one = one.BaseType) chain.Push(one);
        return chain;
    }

    /// <summary>Whether generated code, in a file of its own, can name it.</summary>
    public static bool IsReachable(this ISymbol symbol, Compilation compilation)
    {
        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null;
            type = type.ContainingType)
            if (type.IsFileLocal) return false;
        return compilation.IsSymbolAccessibleWithin(symbol, compilation.Assembly);
    }

    public static AttributeData? Attribute(this ISymbol symbol, string metadataName) =>
        symbol.GetAttributes().FirstOrDefault(one => one.AttributeClass?.Is("LeanLoad", metadataName) == true);

    /// <summary>A named argument of an attribute, or the default of the attribute's property.</summary>
    public static T Argument<T>(this AttributeData attribute, string name, T otherwise)
    {
        foreach (var argument in attribute.NamedArguments)
            if (argument.Key == name && argument.Value.Value is T value) return value;
        return otherwise;
    }

    /// <summary>The labels of the <c>[Tag]</c> attributes.</summary>
    public static IEnumerable<string> Tags(this ISymbol symbol) =>
        from attribute in symbol.GetAttributes()
        where attribute.AttributeClass?.Is("LeanLoad", "TagAttribute") == true
        from argument in attribute.ConstructorArguments
        where argument.Value is string
        select (string)argument.Value!;

    public static Parameter ToParameter(this IParameterSymbol parameter)
    {
        var type = parameter.Type;
        // A modifier makes it a type that nothing supplies, so that it is reported as such.
        var modifier = parameter.RefKind switch { RefKind.Ref => "ref ", RefKind.Out => "out ", _ => "" };
        var kind = type.TypeKind == TypeKind.Error ? ParameterKind.Unknown
            : modifier.Length > 0 ? ParameterKind.Supply
            : type.Is("LeanLoad", "BootstrapContext") ? ParameterKind.Context
            : type.Is("System.Threading", "CancellationToken") ? ParameterKind.Cancel
            : ParameterKind.Supply;
        return new Parameter(
            kind, modifier + type.Identity(), type.Written(), $"{modifier}{type.Shown()} {parameter.Name}",
            Place.Of(parameter.Locations.FirstOrDefault()));
    }

    /// <summary>
    /// Why nobody could call it and wait for its end; null for <c>void</c>, <c>Task</c> and <c>ValueTask</c>.
    /// </summary>
    public static string? WhyNotAwaitable(this IMethodSymbol method) =>
        method.IsAsync && method.ReturnsVoid ? "is async void, so nobody could wait for it"
        : method.ReturnsVoid || method.ReturnType.TypeKind == TypeKind.Error ? null
        : method.ReturnType.Is("System.Threading.Tasks", "Task") ? null
        : method.ReturnType.Is("System.Threading.Tasks", "ValueTask") ? null
        : $"returns '{method.ReturnType.Shown()}'";

    /// <summary>
    /// How a method of this return type, for which <see cref="WhyNotAwaitable"/> knows nothing, gives it.
    /// </summary>
    public static ReturnKind Returns(this ITypeSymbol type) => type.Name switch
    {
        "Task" => ReturnKind.Task,
        "ValueTask" => ReturnKind.ValueTask,
        _ => ReturnKind.Plain,
    };
}
