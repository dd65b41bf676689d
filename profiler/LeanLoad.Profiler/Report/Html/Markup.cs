using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>What <see cref="Page.Add"/> makes of an interpolated string: literals as they are, holes encoded.</summary>
[InterpolatedStringHandler]
readonly ref struct Markup
{
    // Beyond ASCII too: the page says that it is UTF-8, and ± is easier to read than its number.
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    readonly TextWriter output;

    public Markup(int literalLength, int formattedCount, Page page)
    {
        _ = (literalLength, formattedCount);
        output = page.Output;
    }

    public void AppendLiteral(string markup) => output.Write(markup);

    public void AppendFormatted(string? text) => output.Write(Encoder.Encode(text ?? ""));

    public void AppendFormatted<T>(T value) where T : IFormattable =>
        AppendFormatted(value.ToString(null, CultureInfo.InvariantCulture));

    public void AppendFormatted(Bytes amount) => AppendFormatted(amount.ToString());

    public void AppendFormatted(Bytes? amount) => AppendFormatted(amount?.ToString() ?? "unknown");

    internal void End() => output.Write('\n');
}
