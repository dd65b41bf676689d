using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeanLoad.Generators;

/// <summary>
/// What only the text of a property tells: its initializer, and its summary also where the build reads no
/// documentation.
/// </summary>
static class SourceText
{
    static readonly Regex Tag =
        new(@"<(?:\w+\s+\w+=""(?:[^""]*\.)?(?<named>[^"".]+)""\s*/?|[^>]*)>", RegexOptions.CultureInvariant);
    static readonly Regex Space = new(@"\s+", RegexOptions.CultureInvariant);

    /// <summary>The initializer as written, on one line; null where there is none, or no source.</summary>
    public static string? Initializer(IPropertySymbol property) =>
        Syntax(property)?.Initializer?.Value is { } value ? Space.Replace(value.ToString(), " ") : null;

    /// <summary>The first line of the property's summary, without tags; empty where there is none.</summary>
    public static string Summary(IPropertySymbol property)
    {
        if (Syntax(property) is not { } syntax) return "";
        // By text and not by the symbol: without a documentation file the compiler keeps comments as mere comments.
        var lines = syntax.GetLeadingTrivia().ToFullString().Split('\n')
            .Select(line => line.Trim()).Where(line => line.StartsWith("///", StringComparison.Ordinal))
                .Select(line => line.Substring(3));
        var comment = string.Join("\n", lines);
        var from = comment.IndexOf("<summary>", StringComparison.Ordinal);
        if (from < 0) return "";
        from += "<summary>".Length;
        var to = comment.IndexOf("</summary>", from, StringComparison.Ordinal);
        var summary = to < 0 ? comment.Substring(from) : comment.Substring(from, to - from);
        var first = summary.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        return Tag.Replace(first, "${named}").Replace("&lt;", "<").Replace("&gt;", ">").Replace("&quot;", "\"")
            .Replace("&amp;", "&");
    }

    static PropertyDeclarationSyntax? Syntax(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as PropertyDeclarationSyntax;
}
