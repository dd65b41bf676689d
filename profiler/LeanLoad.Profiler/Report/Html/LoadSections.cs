using LeanLoad.Report;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>
/// The load itself: why its figures are as they are, what became of it window by window, and what it was held to.
/// </summary>
static class LoadSections
{
    public static void Explanation(Page page, RunResult run)
    {
        if (run.Explanation.Count == 0) return;
        page.Add($"""<section aria-labelledby="explanation"><h2 id="explanation">Why</h2><p>{string.Join(" ", run.Explanation)}</p></section>""");
    }

    public static void Thresholds(Page page, RunResult run)
    {
        if (run.Thresholds.Count == 0) return;
        page.Add($"""<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2>""");
        var table = new Table("What must not be, and what was", "<Fails if", "<Actual", "<Result");
        foreach (var (text, hasFailed, actual) in run.Thresholds)
        {
            table.AddAs(hasFailed ? "culprit" : "", text, actual, hasFailed ? "failed" : "held");
        }

        table.Write(page);
        page.Add($"</section>");
    }

    public static void Scenarios(Page page, RunResult run)
    {
        if (run.Scenarios.Count == 0) return;
        page.Add($"""<section aria-labelledby="scenarios"><h2 id="scenarios">Scenarios</h2>""");
        var table = new Table(
            "Iterations of scenarios side by side; times from the first step, of an open model from when it was due",
            "<Scenario", "<Model", "Users", "From", "Planned", "Done", "Failed", "Late", "Dropped", "Cut", "Per s",
            "p50", "p99", "Max");
        foreach (var row in run.Scenarios)
        {
            var books = row.Books;
            table.Add(row.Defined.Name, row.Model, row.UsersText, Span(row.Defined.After),
                Count(books.Planned), Count(books.Done), Count(books.Failed), Count(books.Late), Count(books.Dropped),
                Count(books.Cut), Rate(row.PerSecond), Time(row.Time?.P50Us), Time(row.Time?.P99Us),
                Time(row.Time?.MaxUs));
        }

        table.Write(page);
        page.Add($"</section>");
    }

    public static void Windows(Page page, RunResult run)
    {
        if (run.Windows.Count == 0) return;
        page.Add($"""<section aria-labelledby="windows"><h2 id="windows">Windows</h2>""");
        var table = new Table(
            "Response time, due to completed; those in brackets are of an earlier epoch, and in no other table",
            "<Window", "From", "Lasted", "Users", "Requests", "Failed", "Per s", "p50", "p99", "p99.9", "Max");
        foreach (var row in run.Windows)
        {
            var (summed, times) = (row.Summed, row.Response);
            table.Add(row.IsMeasured ? row.Name : $"({row.Name})", Span(summed.Began), Span(row.Duration),
                Rate(summed.MeanUsers), Count(summed.Requests),
                Count(summed.Failures), Rate(row.PerSecond), Time(times?.P50Us), Time(times?.P99Us),
                Time(times?.P999Us), Time(times?.MaxUs));
        }

        table.Write(page);
        foreach (var sentence in LoadProse.Of(run)) page.Add($"""<p class="note">{sentence}</p>""");
        page.Add($"</section>");
    }
}
