using LeanLoad.Report;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>What the users did and what came back: requests, iterations, failures.</summary>
static class RequestSections
{
    public static void Requests(Page page, RequestSummary requests)
    {
        page.Add($"""<section aria-labelledby="requests"><h2 id="requests">Requests</h2>""");
        if (requests.Rows.Count == 0)
        {
            page.Add($"<p>No request ended.</p></section>");
            return;
        }

        var table =
            new Table("Response time is from due to completed, service time from sent to completed; times in ms",
            "<Request", "Count", "Failed", "Per second", "Received",
            "p50", "p90", "p99", "Max", "p50", "p90", "p99", "Max")
            {
                Groups = [(5, ""), (4, "Response time (ms)"), (4, "Service time (ms)")],
            };
        foreach (var row in requests.Rows) table.Add(Cells(row));
        if (requests.Rows.Count > 1) table.AddAs("sum", Cells(requests.All));
        table.Write(page);
        if (requests.IsServiceSame) page.Add($"""<p class="note">Every request was sent when due, so the two times are the same.</p>""");
        if (requests.All.Cut > 0) page.Add($"""<p class="note">In flight when the run ended, and not counted: {Count(requests.All.Cut)}.</p>""");
        if (requests.All.Response is { Clamped: > 0 and var clamped })
            page.Add($"""<p class="note">Longer than 71 minutes, which percentiles count as that: {Count(clamped)}.</p>""");
        page.Add($"</section>");
    }

    public static void Connections(Page page, RunResult run)
    {
        if (run.Connections is not { } connections) return;
        page.Add($"""<section aria-labelledby="connections"><h2 id="connections">Connections</h2>""");
        var table = new Table("What the requests did before and while they were answered; times in ms",
            "<Step", "Count", "p50 (ms)", "p90 (ms)", "p99 (ms)", "Max (ms)");
        foreach (var (step, times) in connections.Steps(run.Requests.All))
        {
            table.Add([step, Count(times.Count), .. Times(times)]);
        }

        table.Write(page);
        var (opened, reuses) = (Count(connections.Opened), Count(connections.Reuses));
        page.Add($"""<p class="note">Opened: {opened}. Requests over one that had been used before: {reuses}.</p>""");
        page.Add($"</section>");
    }

    public static void Failures(Page page, IReadOnlyList<FailureRow> failures)
    {
        if (failures.Count == 0) return;
        page.Add($"""<section aria-labelledby="failures"><h2 id="failures">Failures</h2>""");
        var table = new Table("Failed requests by name and kind, most frequent first", "<Request", "<Kind", "Count",
            "First seen", "Last seen", "<<The first one");
        foreach (var (name, failure, count, example, first, last) in failures)
        {
            table.Add(name, Words.Of(failure), Count(count), Span(first), Span(last), example ?? "no example was kept");
        }

        table.Write(page);
        page.Add($"</section>");
    }

    public static void Iterations(Page page, IReadOnlyList<IterationRow> iterations)
    {
        if (iterations.Count == 0) return;
        page.Add($"""<section aria-labelledby="iterations"><h2 id="iterations">Iterations</h2>""");
        var table = new Table("Time from a task's first step to its last, think time not included; in ms",
            "<Task", "Count", "Failed", "p50 (ms)", "p90 (ms)", "p99 (ms)", "Max (ms)");
        foreach (var (task, count, failed, time) in iterations)
        {
            table.Add([task, Count(count), Count(failed), .. Times(time)]);
        }

        table.Write(page);
        page.Add($"</section>");
    }

    static string[] Cells(RequestRow row) =>
    [
        row.Name, Count(row.Requests), Count(row.Failures), Rate(row.PerSecond), row.BytesReceived.ToString(),
        .. Times(row.Response), .. Times(row.Service),
    ];

    static string[] Times(Times? times) => [Ms(times?.P50Us), Ms(times?.P90Us), Ms(times?.P99Us), Ms(times?.MaxUs)];

    // One unit down a column, so that figures can be compared; three decimals are microseconds, the finest that is
    // measured.
    static string Ms(double? us) => us is { } known
        ? (known / 1000).ToString(known < 10_000 ? "0.000" : known < 100_000 ? "0.00" : "0.0",
            System.Globalization.CultureInfo.InvariantCulture)
        : "-";
}
