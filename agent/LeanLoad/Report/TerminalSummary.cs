using System.Diagnostics.CodeAnalysis;
using LeanLoad.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// A run as plain text for people, at a terminal or in the log of a build: the verdict first, then why.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns; 60 or more.</param>
/// <param name="hasColours">Whether the reader understands ANSI colours.</param>
sealed class TerminalSummary(TextWriter output, int width = 100, bool hasColours = false)
{
    readonly int width = Math.Max(60, width);

    /// <summary>Shows it to whoever reads the output, as wide as that is.</summary>
    /// <param name="run">The run.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="problem">Why not all of it was taken, for people.</param>
    public static bool TryShow(RunResult run, TextWriter output, [NotNullWhen(false)] out string? problem)
    {
        var text = new StringWriter();
        new TerminalSummary(text, Prose.Columns, !Console.IsOutputRedirected).Write(run);
        return PatientOutput.TryWrite(
            () =>
            {
                output.Write(text.ToString());
                output.Flush();
            },
            out problem);
    }

    /// <summary>Writes the summary.</summary>
    public void Write(RunResult run)
    {
        Verdict(run);
        Requests(run.Requests);
        Connections(run);
        Failures(run.Requests.Failures);
        Iterations(run.Iterations);
        new LoadSection(output, width).Write(run);
        new MemorySection(output, width).Write(run.Memory, run.Ledger);
        Warnings(run.Warnings);
    }

    void Verdict(RunResult run)
    {
        var colour = run.ExitCode == 0 ? "32" : "31";
        output.WriteLine($"{Colour($"1;{colour}", run.Headline.ToUpperInvariant())}  exit code {run.ExitCode}");
        foreach (var line in Wrapped(run.Verdict)) output.WriteLine(line);
        output.WriteLine();
        var users = run.Users;
        var failed = users.Failed == 0 ? "" : $", {Count(users.Failed)} failed to start";
        // A live change may have asked for more than the plan did.
        var who = users.Started == users.Planned ? Counted.Of(users.Started, "user")
            : users.Started < users.Planned ? $"{Count(users.Started)} of {Counted.Of(users.Planned, "user")}"
            : $"{Counted.Of(users.Started, "user")} ({Count(users.Planned)} planned)";
        output.WriteLine($"{run.Scenario}: {who}{failed}, {Span(run.Elapsed)}");
        var phases = string.Join(", ", run.Phases.Where(phase => phase.Phase != RunPhase.Ended)
            .Select(phase => $"{phase.Phase.ToString().ToLowerInvariant()} {Span(phase.Duration)}"));
        foreach (var line in Wrapped(phases)) output.WriteLine(line);
    }

    void Requests(RequestSummary requests)
    {
        if (requests.Rows.Count == 0)
        {
            output.WriteLine();
            output.WriteLine("No request of a user ended.");
            return;
        }

        var table = new TextTable(["Response time", "requests", "failed", "per s", .. Figures]);
        foreach (var row in WithSum(requests))
        {
            table.Add(
                [row.Name, Count(row.Requests), Count(row.Failures), Rate(row.PerSecond), .. Cells(row.Response)]);
        }

        Section(table);
        output.WriteLine(requests.IsServiceSame
            ? "Due to completed. Service time, sent to completed, is the same: every request was sent when due."
            : "Due to completed.");
        if (requests.All.Response is { Clamped: > 0 and var clamped })
        {
            output.WriteLine($"Longer than 71 minutes, which percentiles count as that: {Count(clamped)}.");
        }

        if (requests.All.Cut > 0)
        {
            output.WriteLine($"In flight when the run ended, and not counted: {Count(requests.All.Cut)}.");
        }

        if (!requests.IsServiceSame) ServiceTimes(requests);
    }

    void ServiceTimes(RequestSummary requests)
    {
        var table = new TextTable(["Service time", .. Figures]);
        foreach (var row in WithSum(requests)) table.Add([row.Name, .. Cells(row.Service)]);
        Section(table);
        output.WriteLine("Sent to completed: without the wait before it was sent.");
    }

    void Connections(RunResult run)
    {
        if (run.Connections is not { } connections) return;
        var table = new TextTable(["Connections", "count", .. Figures]);
        foreach (var (step, times) in connections.Steps(run.Requests.All))
        {
            table.Add([step, Count(times.Count), .. Cells(times)]);
        }

        Section(table);
        output.WriteLine($"Opened {Count(connections.Opened)}; {Counted.Of(connections.Reuses, "request")} went over "
            + "one that had been used before.");
    }

    static IEnumerable<RequestRow> WithSum(RequestSummary requests) =>
        requests.Rows.Count > 1 ? requests.Rows.Append(requests.All) : requests.Rows;

    // Of all figures the mean says least; names that differ only behind column 30 need its room.
    bool HasMeans => width >= 120;

    string[] Figures => HasMeans ? ["p50", "p90", "p99", "max", "mean"] : ["p50", "p90", "p99", "max"];

    string[] Cells(Times? times)
    {
        string[] cells = [Time(times?.P50Us), Time(times?.P90Us), Time(times?.P99Us), Time(times?.MaxUs)];
        return HasMeans ? [.. cells, Time(times?.MeanUs)] : cells;
    }

    void Failures(IReadOnlyList<FailureRow> failures)
    {
        if (failures.Count == 0) return;
        output.WriteLine();
        output.WriteLine(Colour("31", "Failures"));
        var digits = failures.Max(row => Count(row.Count).Length);
        foreach (var (name, failure, count, example, first, last) in failures)
        {
            output.WriteLine($"{Count(count).PadLeft(digits + 2)}  {failure.ToString().ToLowerInvariant()}: {name}");
            var text = example is null ? Seen(first, last) : $"{Seen(first, last)}: {Prose.OneLine(example)}";
            foreach (var line in Wrapped(text, indent: digits + 4)) output.WriteLine(line);
        }
    }

    static string Seen(TimeSpan first, TimeSpan last) =>
        Span(first) == Span(last) ? $"first at {Span(first)}" : $"last at {Span(last)}, first at {Span(first)}";

    void Iterations(IReadOnlyList<IterationRow> iterations)
    {
        if (iterations.Count == 0) return;
        var table = new TextTable(["Iterations", "count", "failed", .. Figures]);
        foreach (var (task, count, failed, time) in iterations)
        {
            table.Add([task, Count(count), Count(failed), .. Cells(time)]);
        }

        Section(table);
    }

    void Warnings(IReadOnlyList<Warning> warnings)
    {
        if (warnings.Count == 0) return;
        output.WriteLine();
        foreach (var warning in warnings)
        {
            foreach (var line in Wrapped($"Warning: {Prose.OneLine(warning.Text)}"))
            {
                output.WriteLine(Colour("33", line));
            }
        }
    }

    void Section(TextTable table)
    {
        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
    }

    string Colour(string code, string text) => hasColours ? $"\u001b[{code}m{text}\u001b[0m" : text;

    IEnumerable<string> Wrapped(string text, int indent = 0) => Prose.Wrapped(text, width, indent);
}
