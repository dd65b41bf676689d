using System.Globalization;
using System.Text.RegularExpressions;

namespace LeanLoad.Tests.Http;

/// <summary>
/// A whole response on a connection that then ends, read the slow and plain way: text, lines and a loop. What the
/// engine's incremental parsers are held to; it shares no code with them. Null: not a response, or not whole.
/// </summary>
static partial class ReferenceParser
{
    public static (int Status, string Body, string Left)? Read(string input, bool isHead)
    {
        var at = 0;
        if (TakeLine(input, ref at) is not { } first || !StatusLine().IsMatch(first)
            || first.AsSpan().ContainsAny('\0', '\r'))
        {
            return null;
        }

        var (minor, status) = (first[7] - '0', int.Parse(first.AsSpan(9, 3), CultureInfo.InvariantCulture));
        var fields = new List<(string Name, string Value)>();
        while (true)
        {
            if (TakeLine(input, ref at) is not { } line) return null;
            if (line.Length == 0) break;
            if (line.AsSpan().ContainsAny('\0', '\r')) return null;
            if (line[0] is ' ' or '\t')
            {
                if (fields.Count == 0) return null;
                fields[^1] = (fields[^1].Name, $"{fields[^1].Value} {line}".Trim(' ', '\t'));
                continue;
            }

            if (!Field().IsMatch(line)) return null;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add((line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim(' ', '\t')));
        }

        var lengths = fields.Where(static field => field.Name == "content-length")
            .SelectMany(static field => field.Value.Split(',')).Select(static text => text.Trim(' ', '\t')).ToList();
        if (lengths.Any(static text => !Digits().IsMatch(text)
            || !long.TryParse(text, CultureInfo.InvariantCulture, out _)))
        {
            return null;
        }

        var distinct = lengths.Select(static text => long.Parse(text, CultureInfo.InvariantCulture)).Distinct()
            .ToList();
        var isCoded = fields.Exists(static field => field.Name == "transfer-encoding");
        var codings = fields.Where(static field => field.Name == "transfer-encoding")
            .SelectMany(static field => field.Value.ToLowerInvariant().Split(','))
            .Select(static text => text.Trim(' ', '\t')).Where(static text => text.Length > 0).ToList();
        if (distinct.Count > 1 || (isCoded && (codings.Count == 0 || minor == 0 || distinct.Count > 0))) return null;
        if (codings.Any(static text => !Coding().IsMatch(text) || text.StartsWith("chunked;", StringComparison.Ordinal)
            || text.StartsWith("chunked ", StringComparison.Ordinal)
                || text.StartsWith("chunked\t", StringComparison.Ordinal))) return null;
        if (codings.Count(static text => text == "chunked") > 1) return null;
        // Interim responses precede the real one.
        if (status < 200 && status != 101) return Read(input[at..], isHead);
        if (isHead || status is 101 or 204 or 304) return (status, "", input[at..]);
        if (codings is [.., "chunked"]) return Chunked(status, input, at);
        if (codings.Count > 0 || distinct.Count == 0) return (status, input[at..], "");
        var length = distinct[0];
        return input.Length - at < length ? null
            : (status, input.Substring(at, (int)length), input[(at + (int)length)..]);
    }

    static (int, string, string)? Chunked(int status, string input, int at)
    {
        var body = "";
        while (true)
        {
            if (TakeStrictLine(input, ref at) is not { } line || !SizeLine().IsMatch(line)) return null;
            var digits = line.Split(';', ' ', '\t')[0];
            if (digits.Length > 16) return null;
            var size = ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) break;
            if (size > (ulong)(input.Length - at)) return null;
            body += input.Substring(at, (int)size);
            at += (int)size;
            if (TakeStrictLine(input, ref at) is not "") return null;
        }

        for (var isFirst = true; TakeLine(input, ref at) is { } trailer; isFirst = false)
        {
            if (trailer.Length == 0) return (status, body, input[at..]);
            if (trailer.AsSpan().ContainsAny('\0', '\r')) return null;
            if (trailer[0] is ' ' or '\t' ? isFirst : !Field().IsMatch(trailer)) return null;
        }

        return null;
    }

    /// <summary>Chunks and their sizes end with CR LF, and with nothing less.</summary>
    static string? TakeStrictLine(string input, ref int at)
    {
        var end = input.IndexOf('\n', at);
        if (end <= at || input[end - 1] != '\r') return null;
        var line = input[at..(end - 1)];
        at = end + 1;
        return line;
    }

    static string? TakeLine(string input, ref int at)
    {
        var end = input.IndexOf('\n', at);
        if (end < 0) return null;
        var line = input[at..end];
        at = end + 1;
        return line.EndsWith('\r') ? line[..^1] : line;
    }

    [GeneratedRegex(@"\AHTTP/1\.[0-9] [1-9][0-9]{2}( [^\n]*)?\z")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+:")]
    private static partial Regex Field();

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+([ \t]*;.*)?\z", RegexOptions.Singleline)]
    private static partial Regex Coding();

    // An extension may hold anything but control characters.
    [GeneratedRegex(@"\A[0-9A-Fa-f]+[ \t]*(;[^\x00-\x08\x0a-\x1f\x7f]*)?\z")]
    private static partial Regex SizeLine();
}
