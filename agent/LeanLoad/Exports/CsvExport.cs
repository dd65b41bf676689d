using LeanLoad.Report;

namespace LeanLoad.Exports;

/// <summary>
/// A run's figures as tables: <c>PREFIX_stats.csv</c>, <c>PREFIX_failures.csv</c>, and where several scenarios ran
/// <c>PREFIX_scenarios.csv</c>; times in microseconds.
/// </summary>
static class CsvExport
{
    /// <summary>
    /// Requests name by name and together, then tasks: response times, with service times beside them.
    /// </summary>
    public static void Stats(TextWriter output, RunResult run)
    {
        var csv = new Csv(output);
        csv.Line("type", "name", "count", "failures", "per_second", "received_bytes", "response_mean_us",
            "response_p50_us", "response_p90_us", "response_p95_us",
            "response_p99_us", "response_p99.9_us", "response_max_us", "service_mean_us", "service_p50_us",
            "service_p90_us", "service_p95_us", "service_p99_us",
            "service_p99.9_us", "service_max_us");
        foreach (var row in run.Requests.Rows) Request(csv, "request", row);
        Request(csv, "all", run.Requests.All);
        foreach (var row in run.Iterations)
        {
            csv.Add("task").Add(row.Task).Add(row.Iterations).Add(row.Failures).Add(Per(row.Iterations, run.LoadTime))
                .Add("");
            Times(csv, row.Time);
            Times(csv, null);
            csv.End();
        }
    }

    /// <summary>Scenarios that ran side by side: their iterations.</summary>
    public static void Scenarios(TextWriter output, RunResult run)
    {
        var csv = new Csv(output);
        csv.Line("scenario", "model", "users", "after_s", "duration_s", "planned", "done", "failed", "late", "dropped",
            "cut", "in_flight", "per_second", "time_mean_us", "time_p50_us", "time_p90_us", "time_p95_us",
            "time_p99_us", "time_p99.9_us", "time_max_us", "most_users");
        foreach (var row in run.Scenarios)
        {
            var books = row.Books;
            csv.Add(row.Defined.Name).Add(row.Model).Add(row.Defined.Users).Add(row.Defined.After.TotalSeconds);
            if (row.Defined.Duration is { } duration) csv.Add(duration.TotalSeconds);
            else csv.Add("");
            csv.Add(books.Planned).Add(books.Done).Add(books.Failed).Add(books.Late).Add(books.Dropped).Add(books.Cut)
                .Add(books.InFlight).Add(row.PerSecond);
            Times(csv, row.Time);
            if (row.MostUsers is { } most) csv.Add(most);
            else csv.Add("");
            csv.End();
        }
    }

    /// <summary>Failures by name and kind.</summary>
    public static void Failures(TextWriter output, RunResult run)
    {
        var csv = new Csv(output);
        csv.Line("name", "kind", "count", "first_seen_ms", "last_seen_ms", "example");
        foreach (var row in run.Requests.Failures)
        {
            csv.Add(row.Name).Add(row.Failure.ToString().ToLowerInvariant()).Add(row.Count)
                .Add(row.First.TotalMilliseconds).Add(row.Last.TotalMilliseconds).Add(row.Example ?? "").End();
        }
    }

    static void Request(Csv csv, string type, RequestRow row)
    {
        csv.Add(type).Add(row.Name).Add(row.Requests).Add(row.Failures).Add(row.PerSecond).Add(row.BytesReceived.Count);
        Times(csv, row.Response);
        Times(csv, row.Service);
        csv.End();
    }

    static void Times(Csv csv, Times? times)
    {
        if (times is { } known) csv.Add(known.MeanUs, 1);
        else csv.Add("");
        csv.Add(times?.P50Us).Add(times?.P90Us).Add(times?.P95Us).Add(times?.P99Us).Add(times?.P999Us)
            .Add(times?.MaxUs);
    }

    static double Per(long count, TimeSpan time) => time > TimeSpan.Zero ? count / time.TotalSeconds : 0;
}
