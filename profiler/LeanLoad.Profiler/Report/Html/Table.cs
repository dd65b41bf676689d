namespace LeanLoad.Profiler.Report.Html;

/// <summary>
/// A table that a screen reader can follow and a phone can scroll: a caption, heads with their scope, the first column
/// as each row's head.
/// </summary>
/// <param name="caption">What the table shows, with the definition of its figures.</param>
/// <param name="heads">One for each column, with its unit; those beginning with <c>&lt;</c> hold words, with
/// <c>&lt;&lt;</c> prose, the others figures.</param>
sealed class Table(string caption, params string[] heads)
{
    readonly List<(string[] Cells, string Kind)> rows = [];

    /// <summary>
    /// Heads over several columns: how many each, and their name; empty names nothing. None by default.
    /// </summary>
    public IReadOnlyList<(int Columns, string Name)> Groups { get; init; } = [];

    /// <summary>Adds a row with a cell for each column.</summary>
    public void Add(params string[] cells) => rows.Add((cells, ""));

    /// <summary>Adds a row that stands out.</summary>
    /// <param name="kind"><c>culprit</c>, <c>sum</c> or <c>detail</c>.</param>
    /// <param name="cells">One for each column.</param>
    public void AddAs(string kind, params string[] cells) => rows.Add((cells, kind));

    /// <summary>Writes it where it has a row.</summary>
    public void WriteIfAny(Page page)
    {
        if (rows.Count > 0) Write(page);
    }

    public void Write(Page page)
    {
        page.Add($"""<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table><caption><span>{caption}</span></caption>""");
        page.Add($"<thead>");
        Head(page);
        page.Add($"</thead><tbody>");
        foreach (var (cells, kind) in rows) Row(page, cells, kind);
        page.Add($"</tbody></table></div>");
    }

    void Head(Page page)
    {
        if (Groups.Count > 0)
        {
            page.Add($"""<tr class="groups">""");
            foreach (var (columns, name) in Groups)
            {
                if (name.Length == 0) page.Add($"""<td colspan="{columns}"></td>""");
                else page.Add($"""<th scope="colgroup" colspan="{columns}">{name}</th>""");
            }

            page.Add($"</tr>");
        }

        page.Add($"<tr>");
        foreach (var head in heads) page.Add($"""<th scope="col" class="{Class(head)}">{head.TrimStart('<')}</th>""");
        page.Add($"</tr>");
    }

    void Row(Page page, string[] cells, string kind)
    {
        page.Add($"""<tr class="{kind}"><th scope="row">{cells[0]}</th>""");
        for (var column = 1; column < cells.Length; column++)
            page.Add($"""<td class="{Class(heads[column])}">{cells[column]}</td>""");
        page.Add($"</tr>");
    }

    static string Class(string head) => head switch
    {
        ['<', '<', ..] => "prose",
        ['<', ..] => "text",
        _ => "figure",
    };
}
