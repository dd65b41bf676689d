namespace LeanLoad.Report;

/// <summary>
/// Rows of text in columns as wide as their widest cell. The first column is left-aligned; where it would make a line
/// too long, its cell has a line of its own: a name is never cut while it fits the whole width.
/// </summary>
/// <param name="headings">One for each column; those beginning with <c>&lt;</c> are left-aligned.</param>
sealed class TextTable(params string[] headings)
{
    const string Gap = "  ";
    const int LeastFirst = 12;

    readonly List<string[]> rows = [[.. headings.Select(heading => heading.TrimStart('<'))]];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>
    /// The lines, each at most <paramref name="width"/> wide where the other columns leave the first one 12.
    /// </summary>
    public IEnumerable<string> Lines(int width)
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => rows.Max(row => row[column].Length))
            .ToArray();
        var room = Math.Max(LeastFirst, width - widths.Skip(1).Sum(other => other + Gap.Length));
        widths[0] = rows.Max(row => row[0].Length <= room ? row[0].Length : 0);
        foreach (var row in rows)
        {
            var isLong = row[0].Length > widths[0];
            if (isLong) yield return Shorten(row[0], width);
            var cells = row.Select((cell, column) => (column, headings[column]) switch
            {
                (0, _) => (isLong ? "" : cell).PadRight(widths[0]),
                (_, ['<', ..]) => cell.PadRight(widths[column]),
                _ => cell.PadLeft(widths[column]),
            });
            yield return string.Join(Gap, cells).TrimEnd();
        }
    }

    /// <summary>Cuts from the middle: names differ at both ends.</summary>
    public static string Shorten(string text, int width)
    {
        if (text.Length <= width) return text;
        var head = (width - 1) / 2;
        return string.Concat(text.AsSpan(0, head), "…", text.AsSpan(text.Length - (width - 1 - head)));
    }
}
