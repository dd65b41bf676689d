using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace LeanLoad.CodeFixes;

/// <summary>
/// LL060: <c>x.Result</c>, <c>x.Wait()</c> and <c>x.GetAwaiter().GetResult()</c> become <c>await x</c>,
/// <c>Thread.Sleep(n)</c> becomes <c>await Pause(…)</c>; a method that returns nothing becomes <c>async ValueTask</c>.
/// Offered where the method is async already, or returns nothing.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AwaitInsteadOfBlocking : CodeFixProvider
{
    const string Title = "Await instead";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["LL060"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root?.FindNode(diagnostic.Location.SourceSpan,
                getInnermostNodeForTie: true) is not ExpressionSyntax blocking)
            {
                continue;
            }

            if (Awaited(blocking) is not { } awaited || MethodAround(blocking) is not { } method) continue;
            context.RegisterCodeFix(
                CodeAction.Create(Title, _ =>
                    Task.FromResult(Mended(context.Document, root, method, blocking, awaited)), Title), diagnostic);
        }
    }

    static Document Mended(Document document, SyntaxNode root, MethodDeclarationSyntax method,
        ExpressionSyntax blocking, ExpressionSyntax awaited)
    {
        ExpressionSyntax await =
            AwaitExpression(Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(Space), awaited.WithoutTrivia());
        if (blocking.Parent is not (StatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax
            or ArgumentSyntax))
        {
            await = ParenthesizedExpression(await);
        }

        var mended = method.ReplaceNode(blocking, await.WithTriviaFrom(blocking));
        if (!IsAsync(method))
        {
            mended = mended.WithReturnType(IdentifierName("ValueTask").WithTriviaFrom(method.ReturnType))
                .AddModifiers(Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(Space));
        }

        return document.WithSyntaxRoot(root.ReplaceNode(method, mended));
    }

    /// <summary>What to await; null for what this cannot mend.</summary>
    static ExpressionSyntax? Awaited(ExpressionSyntax blocking) => blocking switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => result.Expression,
        InvocationExpressionSyntax
        {
            ArgumentList.Arguments.Count: 0,
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait" } wait
        } => wait.Expression,
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax
            {
                Name.Identifier.ValueText: "GetResult",
                Expression: InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" } awaiter
                },
            },
        } => awaiter.Expression,
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Sleep" },
            ArgumentList.Arguments: { Count: 1 } times
        } => Pause(times[0].Expression),
        _ => null,
    };

    /// <summary>A number is milliseconds; what is none is a time already.</summary>
    static InvocationExpressionSyntax Pause(ExpressionSyntax time)
    {
        var isNumber = time is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NumericLiteralExpression };
        var span = isNumber ? InvocationExpression(MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, time,
            IdentifierName("Milliseconds"))) : time;
        return InvocationExpression(IdentifierName("Pause"), ArgumentList(SingletonSeparatedList(Argument(span))));
    }

    /// <summary>
    /// The method, where an await can stand in it; null inside a lambda, and where its callers would have to change
    /// too.
    /// </summary>
    static MethodDeclarationSyntax? MethodAround(ExpressionSyntax blocking)
    {
        var function = blocking.Ancestors().FirstOrDefault(static one => one is AnonymousFunctionExpressionSyntax
            or LocalFunctionStatementSyntax or MethodDeclarationSyntax);
        return function is MethodDeclarationSyntax method
            && (IsAsync(method)
                || method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }) ? method
                : null;
    }

    static bool IsAsync(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.AsyncKeyword);
}
