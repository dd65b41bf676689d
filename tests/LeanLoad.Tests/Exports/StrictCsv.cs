using System.Text;

namespace LeanLoad.Tests.Exports;

/// <summary>
/// A reader of RFC 4180 that forgives nothing: CRLF alone ends a line, quotes are doubled or close a field, all lines
/// have as many fields.
/// </summary>
static class StrictCsv
{
    public static List<string[]> Read(string text)
    {
        var (rows, row, at) = (new List<string[]>(), new List<string>(), 0);
        while (at < text.Length)
        {
            row.Add(text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at == text.Length) throw new FormatException("a comma ends the text");
                continue;
            }

            if (at + 1 >= text.Length || text[at] != '\r' || text[at + 1] != '\n')
            {
                throw new FormatException($"no CRLF at {at}");
            }

            at += 2;
            rows.Add([.. row]);
            row.Clear();
            if (rows[^1].Length != rows[0].Length)
            {
                throw new FormatException(
                    $"line {rows.Count} has {rows[^1].Length} fields, the first {rows[0].Length}");
            }
        }

        return rows;
    }

    static string Plain(string text, ref int at)
    {
        var begin = at;
        while (at < text.Length && text[at] is not (',' or '\r' or '\n'))
        {
            if (text[at++] == '"') throw new FormatException("a quote inside a plain field");
        }

        return text[begin..at];
    }

    static string Quoted(string text, ref int at)
    {
        var field = new StringBuilder();
        for (at++; ; at++)
        {
            if (text[at] != '"') field.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') field.Append(text[at++]);
            else break;
        }

        at++;
        return field.ToString();
    }
}
