namespace LeanLoad.Report;

/// <summary>Rows of text in columns as wide as their widest cell. The first column is left-aligned and gives way when a line is too long.</summary>
/// <param name="headings">One for each column; those beginning with <c>&lt;</c> are left-aligned.</param>
sealed class TextTable(params string[] headings)
{
    const string Gap = "  ";
    const int LeastFirst = 12;

    readonly List<string[]> rows = [[.. headings.Select(heading => heading.TrimStart('<'))]];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>The lines, each at most <paramref name="width"/> wide where the other columns leave the first one 12.</summary>
    public IEnumerable<string> Lines(int width)
    {
        var widths = new int[headings.Length];
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++) widths[column] = Math.Max(widths[column], row[column].Length);
        }

        var others = widths.Skip(1).Sum(other => other + Gap.Length);
        widths[0] = Math.Min(widths[0], Math.Max(LeastFirst, width - others));
        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) => column == 0 ? Shorten(cell, widths[0]).PadRight(widths[0])
                : headings[column].StartsWith('<') ? cell.PadRight(widths[column])
                : cell.PadLeft(widths[column]));
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
