using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace LeanLoad.Http;

/// <summary>
/// Writes an interpolated URL straight into the loop's request buffer: holes percent-encoded, nothing allocated. The
/// template, <c>/v2/{repository}/manifests/{digest}</c>, names the request, so the number of names is bounded by the
/// source code. A hole's format says what it is: <c>{name}</c> one segment (slashes encoded), <c>{name:path}</c>
/// several, <c>{text:raw}</c> encoded already.
/// </summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct UrlHandler
{
    readonly RequestWriter writer;

    /// <summary>Called by the compiler.</summary>
    public UrlHandler(int literalLength, int formattedCount, HttpRequests session)
    {
        _ = literalLength + formattedCount;
        ArgumentNullException.ThrowIfNull(session);
        writer = session.BeginUrl();
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string value) => writer.AppendLiteral(value);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(
        string? value, string? format = null, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        writer.AppendHole(value, format, expression);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value, string? format = null,
        [CallerArgumentExpression(nameof(value))] string expression = "") =>
        writer.AppendHole(value, format, expression);

    /// <summary>
    /// Called by the compiler: numbers, identifiers and other values with a text of at most 128 characters.
    /// </summary>
    public void AppendFormatted<T>(
        T value, string? format = null, [CallerArgumentExpression(nameof(value))] string expression = "")
        where T : ISpanFormattable
    {
        Span<char> text = stackalloc char[128];
        if (value.TryFormat(text, out var written, default, System.Globalization.CultureInfo.InvariantCulture))
        {
            writer.AppendHole(text[..written], format, expression);
        }
        else
        {
            writer.AppendHole(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture), format,
                expression);
        }
    }
}
