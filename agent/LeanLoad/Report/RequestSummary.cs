using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>What happened to a run's requests.</summary>
/// <param name="Rows">Name by name, in the order of their ids; names without requests are left out.</param>
/// <param name="All">All together: percentiles of the merged histograms, not of the rows.</param>
/// <param name="Failures">Failures by name and kind, most frequent first.</param>
/// <param name="IsServiceSame">True where every request was sent when due, so that service times are the response
/// times.</param>
sealed record RequestSummary(
    IReadOnlyList<RequestRow> Rows, RequestRow All, IReadOnlyList<FailureRow> Failures, bool IsServiceSame)
{
    /// <summary>Computes the figures.</summary>
    /// <param name="stats">By name id, over all loops.</param>
    /// <param name="nameOf">The name of an id.</param>
    /// <param name="loadTime">What throughput refers to.</param>
    public static RequestSummary Of(
        IReadOnlyDictionary<int, RequestStats> stats, Func<int, string> nameOf, TimeSpan loadTime)
    {
        var all = new RequestStats();
        var rows = new List<RequestRow>();
        var failures = new List<FailureRow>();
        foreach (var (id, row) in stats.OrderBy(pair => pair.Key))
        {
            if (row.IsEmpty) continue;
            all.Merge(row);
            rows.Add(RequestRow.Of(nameOf(id), row, loadTime));
            AddFailures(failures, nameOf(id), row);
        }

        failures.Sort((left, right) => right.Count.CompareTo(left.Count));
        return new(rows, RequestRow.Of("(all)", all, loadTime), failures, all.Service.Equals(all.Response));
    }

    static void AddFailures(List<FailureRow> failures, string name, RequestStats row)
    {
        for (var kind = FailureKind.None + 1; (int)kind < FailureCounts.Kinds; kind++)
        {
            if (kind != FailureKind.Cut && row.FailuresOf(kind) is > 0 and var count)
            {
                failures.Add(
                    new(name, kind, count, row.ExampleOf(kind), row.SeenAt(kind).First, row.SeenAt(kind).Last));
            }
        }
    }
}

/// <summary>The requests of one name.</summary>
/// <param name="Name">Method and template.</param>
/// <param name="Requests">Requests that ended, well or not.</param>
/// <param name="Failures">Those of them that failed.</param>
/// <param name="Cut">Requests in flight when the run ended; not among the requests.</param>
/// <param name="PerSecond">Throughput: requests that ended, per second of load.</param>
/// <param name="BytesReceived">Received, heads and framing included.</param>
/// <param name="Response">Due to completed; null where no request was sent.</param>
/// <param name="Service">Sent to completed.</param>
/// <param name="FirstByte">Sent to the first byte of the response; null where none came.</param>
sealed record RequestRow(
    string Name, long Requests, long Failures, long Cut, double PerSecond, Bytes BytesReceived, Times? Response,
    Times? Service, Times? FirstByte = null)
{
    /// <summary>Computes the figures of one name.</summary>
    public static RequestRow Of(string name, RequestStats stats, TimeSpan loadTime) => new(
        name, stats.Requests, stats.Failures, stats.Cut,
        loadTime > TimeSpan.Zero ? stats.Requests / loadTime.TotalSeconds : 0,
        new(stats.BytesReceived), Times.Of(stats.Response), Times.Of(stats.Service), Times.Of(stats.FirstByte));
}

/// <summary>The failures of one kind among the requests of one name.</summary>
/// <param name="Name">Method and template.</param>
/// <param name="Failure">The kind.</param>
/// <param name="Count">How many.</param>
/// <param name="Example">What the first one looked like; null where nothing was kept.</param>
/// <param name="First">When the first one came, since the run started.</param>
/// <param name="Last">When the last one came.</param>
sealed record FailureRow(string Name, FailureKind Failure, long Count, string? Example, TimeSpan First, TimeSpan Last);

/// <summary>The iterations of one task.</summary>
/// <param name="Task">Class and method.</param>
/// <param name="Iterations">Iterations that ended, well or not.</param>
/// <param name="Failures">Those of them that threw.</param>
/// <param name="Time">First step to last, think time not included; null where there is none.</param>
sealed record IterationRow(string Task, long Iterations, long Failures, Times? Time)
{
    /// <summary>Computes the figures of one task.</summary>
    public static IterationRow Of(string task, IterationStats stats) =>
        new(task, stats.Iterations, stats.Failures, Times.Of(stats.Time));
}
