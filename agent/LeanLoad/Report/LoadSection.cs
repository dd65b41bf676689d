using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// The part of <see cref="TerminalSummary"/> about the load itself: what became of it, window by window, and how well
/// the generator kept up.
/// </summary>
sealed class LoadSection(TextWriter output, int width)
{
    /// <summary>Writes the section; nothing where there was no load.</summary>
    public void Write(RunResult run)
    {
        Scenarios(run.Scenarios);
        Windows(run.Windows);
        string[] why = run.Explanation.Count == 0 ? [] : [string.Join(" ", run.Explanation)];
        foreach (var paragraph in LoadProse.Of(run).Concat(why))
        {
            output.WriteLine();
            foreach (var line in Prose.Wrapped(paragraph, width)) output.WriteLine(line);
        }
    }

    void Scenarios(IReadOnlyList<ScenarioRow> scenarios)
    {
        if (scenarios.Count == 0) return;
        var table = new TextTable("Scenarios", "model", "users", "from", "planned", "done", "failed", "late", "dropped",
            "cut", "per s", "p50", "p99");
        foreach (var row in scenarios)
        {
            var books = row.Books;
            table.Add(row.Defined.Name, row.Model, row.UsersText, Span(row.Defined.After),
                Count(books.Planned), Count(books.Done), Count(books.Failed), Count(books.Late), Count(books.Dropped),
                Count(books.Cut), Rate(row.PerSecond), Time(row.Time?.P50Us), Time(row.Time?.P99Us));
        }

        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
        output.WriteLine(
            "Counts are of the whole load; per s and times of what is measured, in open models from when due.");
    }

    void Windows(IReadOnlyList<WindowRow> windows)
    {
        if (windows.Count == 0) return;
        var table =
            new TextTable("Windows", "from", "lasted", "users", "requests", "failed", "per s", "p50", "p99", "max");
        foreach (var row in windows)
        {
            var (summed, times) = (row.Summed, row.Response);
            table.Add(row.IsMeasured ? row.Name : $"({row.Name})", Span(summed.Began), Span(row.Duration),
                Rate(summed.MeanUsers), Count(summed.Requests),
                Count(summed.Failures), Rate(row.PerSecond), Time(times?.P50Us), Time(times?.P99Us),
                Time(times?.MaxUs));
        }

        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
        if (windows.Any(static row => !row.IsMeasured))
        {
            output.WriteLine("Those in brackets are of an earlier epoch, and in no other table.");
        }
    }
}
