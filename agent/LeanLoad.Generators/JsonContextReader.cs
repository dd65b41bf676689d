using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>Reads the <c>[JsonSerializable]</c> attributes of a class.</summary>
static class JsonContextReader
{
    public static JsonContextDeclaration Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var usable = type.DerivesFrom("System.Text.Json.Serialization", "JsonSerializerContext")
            && type.IsReachable(context.SemanticModel.Compilation);
        return new JsonContextDeclaration(type.Identity(), new(
            from attribute in context.Attributes
            where usable && attribute.ConstructorArguments.Length > 0
            let named = attribute.ConstructorArguments[0].Value as ITypeSymbol
            where named is not null
            select named.Identity()));
    }
}
