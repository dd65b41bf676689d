using System.Buffers.Text;
using System.Text;

namespace LeanLoad;

/// <summary>
/// One row of a CSV file (RFC 4180), while it is read. A view: what should last is copied, as <see cref="Text"/> does.
/// </summary>
public readonly ref struct CsvRow
{
    readonly string[] columns;
    readonly ReadOnlySpan<byte> row;
    readonly ReadOnlySpan<Range> fields;

    internal CsvRow(string[] columns, ReadOnlySpan<byte> row, ReadOnlySpan<Range> fields)
    {
        this.columns = columns;
        this.row = row;
        this.fields = fields;
    }

    /// <summary>What <see cref="Split"/> returns where text stands behind a closing quote.</summary>
    internal const int HasTextBehindQuote = -1;

    /// <summary>What it returns where a quote is not closed, so that lines belong to the row that are none of it.
    /// </summary>
    internal const int HasOpenQuote = -2;

    /// <summary>A column's text.</summary>
    /// <exception cref="FormatException">There is no such column.</exception>
    public string Text(string column)
    {
        var text = Encoding.UTF8.GetString(Field(column));
        return text.Contains('"') ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    /// <summary>A column as a whole number.</summary>
    /// <exception cref="FormatException">It is none, or there is no such column.</exception>
    public long Number(string column) =>
        Utf8Parser.TryParse(Field(column), out long value, out var read) && read == Field(column).Length ? value
            : throw Wrong(column, "a whole number");

    /// <summary>A column as a number.</summary>
    /// <exception cref="FormatException">It is none, or there is no such column.</exception>
    public double Fraction(string column) =>
        Utf8Parser.TryParse(Field(column), out double value, out var read) && read == Field(column).Length ? value
            : throw Wrong(column, "a number");

    /// <summary>A column that is <c>true</c> or <c>false</c>, in any case.</summary>
    /// <exception cref="FormatException">It is neither, or there is no such column.</exception>
    public bool Flag(string column) =>
        Utf8Parser.TryParse(Field(column), out bool value, out var read) && read == Field(column).Length ? value
            : throw Wrong(column, "true or false");

    /// <summary>
    /// Finds the fields of a row: separated by commas, each also in double quotes, within which a doubled one is one.
    /// </summary>
    /// <returns>How many there are; those beyond <paramref name="fields"/> are counted only. Below 0: what is wrong.
    /// </returns>
    internal static int Split(ReadOnlySpan<byte> row, Span<Range> fields)
    {
        var (count, at) = (0, 0);
        while (true)
        {
            Range field;
            if (at < row.Length && row[at] == '"')
            {
                var end = at + 1;
                while (end < row.Length && (row[end] != '"' || (end + 1 < row.Length && row[end + 1] == '"')))
                {
                    end += row[end] == '"' ? 2 : 1;
                }

                if (end >= row.Length) return HasOpenQuote;
                field = (at + 1)..end;
                at = end + 1;
                if (at < row.Length && row[at] != ',') return HasTextBehindQuote;
            }
            else
            {
                var stop = row[at..].IndexOfAny((byte)',', (byte)'\n');
                var end = stop < 0 ? row.Length : at + stop;
                // Only a quote within the field can have kept the line from ending.
                if (end < row.Length && row[end] == '\n') return HasOpenQuote;
                field = at..end;
                at = end;
            }

            if (count < fields.Length) fields[count] = field;
            count++;
            if (at >= row.Length) return count;
            at++;
        }
    }

    ReadOnlySpan<byte> Field(string column)
    {
        var index = Array.IndexOf(columns, column);
        if (index < 0)
        {
            throw new FormatException($"there is no column \"{column}\"; there are {string.Join(", ", columns)}");
        }

        return row[fields[index]];
    }

    FormatException Wrong(string column, string kind) =>
        new($"\"{Text(column)}\" in the column {column} is not {kind}");
}
