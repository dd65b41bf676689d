using System.Globalization;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>
/// <c>--one</c>: what one user did, step by step, with the requests of each step: time, what it allocated, what came
/// back, what went wrong. Told on the loop, between two steps; read when the loop has ended.
/// </summary>
sealed class StepTable(LoopSet loops)
{
    readonly List<Row> rows = [];
    readonly List<(string Step, Exception Fault)> faults = [];
    readonly Dictionary<int, RequestCount> before = [];
    readonly Dictionary<int, long> charged = [];

    /// <summary>Whether a step threw, or a request failed.</summary>
    public bool HasFailure => rows.Exists(static row => row.Failure.Length > 0);

    public void Add(UserStep step)
    {
        var loop = loops.All[0];
        var total = loop.Loop.Ledger.Allocated(step.Scope).Count;
        var allocated = total - charged.GetValueOrDefault(step.Scope);
        charged[step.Scope] = total;
        if (step.Name == "Start") rows.Add(new Row(0, step.Plan.Class.Name, "", "", "", ""));
        rows.Add(new Row(1, step.Name, Quantities.Time(step.Took.TotalMicroseconds), new Bytes(allocated).ToString(),
            "", step.Fault is { } fault ? $"{fault.GetType().Name}: {fault.Message}" : ""));
        if (step.Fault is not null) faults.Add((step.Name, step.Fault));
        var requests = new SortedDictionary<int, RequestStats>();
        loop.Http.Requests.AddTo(requests);
        foreach (var (id, stats) in requests) AddRequests(id, stats);
    }

    /// <summary>Writes the table, and in full what was thrown.</summary>
    public void Write(TextWriter output, int width)
    {
        var table = new TextTable("<step", "time", "allocated", "received", "<");
        foreach (var row in rows)
        {
            table.Add(new string(' ', row.Depth * 2) + row.Name, row.Time, row.Allocated, row.Received,
                Prose.OneLine(row.Failure));
        }

        foreach (var line in table.Lines(width)) output.WriteLine(line);
        foreach (var (step, fault) in faults)
        {
            output.WriteLine();
            output.WriteLine($"{step} threw {fault}");
        }
    }

    void AddRequests(int id, RequestStats stats)
    {
        var known = before.GetValueOrDefault(id);
        var now = new RequestCount(stats.Requests, stats.Failures, stats.BytesReceived, stats.Response.SumUs);
        before[id] = now;
        var count = now.Requests - known.Requests;
        if (count == 0) return;
        var name = (count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{count} x ")) + loops.Names[id];
        rows.Add(new Row(
            2, name, Quantities.Time((double)(now.ResponseUs - known.ResponseUs)), "",
            new Bytes(now.Bytes - known.Bytes).ToString(),
            now.Failures > known.Failures ? Failure(stats, now.Failures - known.Failures, count) : ""));
    }

    static string Failure(RequestStats stats, long failed, long count)
    {
        var examples = Enum.GetValues<FailureKind>().Where(kind => stats.FailuresOf(kind) > 0)
            .Select(kind => $"{kind}: {stats.ExampleOf(kind)}");
        return $"{(count == 1 ? "failed" : $"{failed} failed")}, {string.Join(", ", examples)}";
    }

    readonly record struct RequestCount(long Requests, long Failures, long Bytes, long ResponseUs);

    sealed record Row(int Depth, string Name, string Time, string Allocated, string Received, string Failure);
}
