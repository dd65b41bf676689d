using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>A source file: its path from the repository's top, with <c>/</c>, and its text.</summary>
readonly record struct SourceFile(string Path, string Text)
{
    /// <summary>The sources of a project.</summary>
    public static IEnumerable<SourceFile> Below(string project) =>
        from path in Directory.EnumerateFiles(Repository.PathOf(project), "*.cs", SearchOption.AllDirectories)
        let relative = System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
        let folders = relative[(project.Length + 1)..].Split('/')
        where folders[0] is not ("bin" or "obj")
        orderby relative
        select new SourceFile(relative, File.ReadAllText(path));
}

/// <summary>That one file uses a type.</summary>
/// <param name="At">File and line, as <c>path:line</c>.</param>
/// <param name="From">The file that uses it.</param>
/// <param name="Type">The type's name with its namespace; for a using directive the namespace alone.</param>
/// <param name="To">The file that defines it; null for a type of a package or of .NET.</param>
readonly record struct TypeUse(string At, string From, string Type, string? To);

/// <summary>
/// Which types a set of sources uses, by symbols and not by names: the file that defines a type counts, whatever its
/// namespace. Sources need not compile to the end (generated parts are missing); a name without a symbol is no use.
/// </summary>
static class SourceUses
{
    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    static readonly MetadataReference[] Packages =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("LeanLoad", StringComparison.OrdinalIgnoreCase))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The uses in some files, which may use other files besides themselves.</summary>
    public static IEnumerable<TypeUse> Of(IEnumerable<SourceFile> files, IEnumerable<SourceFile> others)
    {
        // All in one assembly, so that what is internal is visible.
        var (mine, theirs) = (files.Select(Parse).ToList(), others.Select(Parse));
        var implicitUsings = CSharpSyntaxTree.ParseText(ImplicitUsings);
        var compilation = CSharpCompilation.Create(
            "Sources", [implicitUsings, .. mine, .. theirs], Packages,
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return mine.SelectMany(tree => In(tree, compilation.GetSemanticModel(tree))).Distinct();
    }

    static SyntaxTree Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text, path: file.Path);

    static IEnumerable<TypeUse> In(SyntaxTree tree, SemanticModel model)
    {
        foreach (var node in tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes())
        {
            var at = $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
            if (node is UsingDirectiveSyntax { NamespaceOrType: { } name })
            {
                yield return new(at, tree.FilePath, $"{name}", null);
            }

            if (node is not (SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax)) continue;

            // The symbol's own type and the expression's: `var` and inference use a type without naming it.
            var symbol = model.GetSymbolInfo(node).Symbol;
            foreach (var type in new[] { symbol as INamedTypeSymbol ?? symbol?.ContainingType,
                model.GetTypeInfo(node).Type as INamedTypeSymbol })
            {
                if (type is null or { TypeKind: TypeKind.Error }) continue;
                var defined = type.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
                yield return new(at, tree.FilePath, type.OriginalDefinition.ToDisplayString(), defined);
            }
        }
    }
}
