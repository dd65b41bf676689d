using System.Globalization;
using System.Buffers;

namespace LeanLoad.Exports;

/// <summary>
/// Comma-separated values by RFC 4180: lines end in CRLF; what holds a comma, a quote or a line break is quoted.
/// </summary>
sealed class Csv(TextWriter output)
{
    static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    bool isFirst = true;

    public Csv Add(string text)
    {
        if (!isFirst) output.Write(',');
        isFirst = false;
        output.Write(text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text);
        return this;
    }

    public Csv Add(long number) => Add(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Empty where unknown.</summary>
    public Csv Add(long? number) => number is { } known ? Add(known) : Add("");

    public Csv Add(double number, int decimals = 3) =>
        Add(Math.Round(number, decimals).ToString(CultureInfo.InvariantCulture));

    public void End()
    {
        output.Write("\r\n");
        isFirst = true;
    }

    /// <summary>A line of texts.</summary>
    public void Line(params ReadOnlySpan<string> cells)
    {
        foreach (var cell in cells) Add(cell);
        End();
    }
}
