using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>Every line of the sources fits beside another file on a screen.</summary>
public sealed class LineLengthTests
{
    const int Longest = 120;

    static readonly SyntaxKind[] Texts =
    [
        SyntaxKind.StringLiteralToken,
        SyntaxKind.SingleLineRawStringLiteralToken,
        SyntaxKind.MultiLineRawStringLiteralToken,
        SyntaxKind.Utf8MultiLineRawStringLiteralToken,
        SyntaxKind.InterpolatedSingleLineRawStringStartToken,
        SyntaxKind.InterpolatedMultiLineRawStringStartToken,
        SyntaxKind.InterpolatedStringTextToken,
    ];

    [Theory]
    [InlineData("agent")]
    [InlineData("profiler")]
    [InlineData("benchmarks")]
    [InlineData("tests")]
    public void No_line_is_longer_than_120_columns_but_for_text_that_cannot_be_broken(string folder)
    {
        var own = SourceFile.Below(folder)
            .Where(static file => !file.Path.Contains("/obj/", StringComparison.Ordinal));
        var tooLong = own.SelectMany(LongLines).ToArray();
        Assert.True(tooLong.Length == 0, string.Join('\n', tooLong));
    }

    [Fact]
    public void A_long_line_is_found_in_code_and_comments_and_let_be_in_raw_text_and_symbols()
    {
        var wide = new string('x', Longest);
        var source = $""""
            // {wide}
            var a = "{wide} and more";
            var b = {wide} + 1;
            var c = "{wide}";
            var d = """
                {wide}
                """;
            """";

        Assert.Equal(
            ["a.cs:1", "a.cs:2", "a.cs:3"],
            LongLines(new SourceFile("a.cs", source)).Select(static line => line[..line.IndexOf(' ')]));
    }

    static IEnumerable<string> LongLines(SourceFile file)
    {
        var text = SourceText.From(file.Text);
        if (text.Lines.All(static line => line.Span.Length <= Longest)) return [];
        var root = CSharpSyntaxTree.ParseText(text).GetRoot();
        return
            from line in text.Lines
            where line.Span.Length > Longest
            where !root.DescendantTokens(line.Span).Any(token => IsUnbreakable(token, text))
            select $"{file.Path}:{line.LineNumber + 1} has {line.Span.Length} columns";
    }

    /// <summary>
    /// Text over several lines, whose line ends are its value; names of types and symbols, without a space to break at.
    /// </summary>
    static bool IsUnbreakable(SyntaxToken token, SourceText text)
    {
        if (!Texts.Contains(token.Kind())) return false;
        var lines = text.Lines.GetLinePositionSpan(token.Span);
        return lines.Start.Line < lines.End.Line || token.Text.Contains("\"\"\"", StringComparison.Ordinal)
            || (token.Span.Length > 80 && !token.ValueText.Contains(' '))
            || token.ValueText.StartsWith("System.", StringComparison.Ordinal);
    }
}
