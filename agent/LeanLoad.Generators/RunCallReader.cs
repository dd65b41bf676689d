using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeanLoad.Generators;

/// <summary>Finds the calls of <c>LoadTest.RunAsync</c> in a program.</summary>
static class RunCallReader
{
    public static bool MayBe(SyntaxNode node, CancellationToken cancel) => node is InvocationExpressionSyntax
    {
        Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "RunAsync" }
            or IdentifierNameSyntax { Identifier.ValueText: "RunAsync" },
    };

    /// <summary>
    /// The call; null for another method of that name, and in a library, whose users may come from its caller.
    /// </summary>
    public static Place? Read(GeneratorSyntaxContext context, CancellationToken cancel)
    {
        var kind = context.SemanticModel.Compilation.Options.OutputKind;
        if (kind is not (OutputKind.ConsoleApplication or OutputKind.WindowsApplication)) return null;
        var called = context.SemanticModel.GetSymbolInfo(((InvocationExpressionSyntax)context.Node).Expression, cancel);
        var method = called.Symbol ?? called.CandidateSymbols.FirstOrDefault();
        return method?.ContainingType.Is("LeanLoad", "LoadTest") == true ? Place.Of(context.Node.GetLocation()) : null;
    }
}
