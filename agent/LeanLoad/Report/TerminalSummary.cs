using LeanLoad.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>A run as plain text for people, at a terminal or in the log of a build: the verdict first, then why.</summary>
/// <param name="output">Where to.</param>
/// <param name="width">Columns; 60 or more.</param>
/// <param name="hasColours">Whether the reader understands ANSI colours.</param>
sealed class TerminalSummary(TextWriter output, int width = 100, bool hasColours = false)
{
    readonly int width = Math.Max(60, width);

    /// <summary>Writes the summary.</summary>
    public void Write(RunResult run)
    {
        Verdict(run);
        Requests(run.Requests);
        Failures(run.Requests.Failures);
        Iterations(run.Iterations);
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
        var missing = users.Started == users.Planned ? "" : $" of {Count(users.Planned)}";
        var failed = users.Failed == 0 ? "" : $", {Count(users.Failed)} failed to start";
        output.WriteLine($"{run.Scenario}: {Count(users.Started)}{missing} users{failed}, {Span(run.Elapsed)}");
        output.WriteLine(string.Join(", ", run.Phases.Where(phase => phase.Phase != RunPhase.Ended)
            .Select(phase => $"{phase.Phase.ToString().ToLowerInvariant()} {Span(phase.Duration)}")));
    }

    void Requests(RequestSummary requests)
    {
        if (requests.Rows.Count == 0)
        {
            output.WriteLine();
            output.WriteLine("No request was made.");
            return;
        }

        string[] columns = ["Response time", "requests", "failed", "per s", "p50", "p90", "p99", "max", "mean"];
        var table = new TextTable(requests.IsServiceSame ? columns : [.. columns, "service p50", "p99"]);
        foreach (var row in requests.Rows) table.Add(Cells(row, requests.IsServiceSame));
        if (requests.Rows.Count > 1) table.Add(Cells(requests.All, requests.IsServiceSame));
        Section(table);
        output.WriteLine(requests.IsServiceSame
            ? "Response time: due to completed. Service time, sent to completed, is the same: all were sent when due."
            : "Response time: due to completed. Service time: sent to completed.");
        if (requests.All.Response is { Clamped: > 0 and var clamped })
        {
            output.WriteLine($"{Count(clamped)} took longer than 71 minutes; percentiles count them as that.");
        }

        if (requests.All.Cut > 0) output.WriteLine($"{Count(requests.All.Cut)} more were in flight when the run ended, and do not count.");
    }

    static string[] Cells(RequestRow row, bool isServiceSame)
    {
        var (response, service) = (row.Response, row.Service);
        string[] cells =
        [
            row.Name, Count(row.Requests), Count(row.Failures), Rate(row.PerSecond), Time(response?.P50Us), Time(response?.P90Us),
            Time(response?.P99Us), Time(response?.MaxUs), Time(response?.MeanUs),
        ];
        return isServiceSame ? cells : [.. cells, Time(service?.P50Us), Time(service?.P99Us)];
    }

    void Failures(IReadOnlyList<FailureRow> failures)
    {
        if (failures.Count == 0) return;
        var table = new TextTable("Failures", "count", "<kind");
        foreach (var row in failures) table.Add(row.Name, Count(row.Count), row.Failure.ToString().ToLowerInvariant());
        output.WriteLine();
        var lines = table.Lines(width).ToList();
        output.WriteLine(Colour("31", lines[0]));
        for (var i = 0; i < failures.Count; i++)
        {
            output.WriteLine(lines[i + 1]);
            if (failures[i].Example is not { } example) continue;
            foreach (var line in Wrapped($"first: {OneLine(example)}", indent: 4)) output.WriteLine(line);
        }
    }

    void Iterations(IReadOnlyList<IterationRow> iterations)
    {
        if (iterations.Count == 0) return;
        var table = new TextTable("Iterations", "count", "failed", "p50", "p90", "p99", "max", "mean");
        foreach (var (task, count, failed, time) in iterations)
        {
            table.Add(task, Count(count), Count(failed), Time(time?.P50Us), Time(time?.P90Us), Time(time?.P99Us), Time(time?.MaxUs),
                Time(time?.MeanUs));
        }

        Section(table);
    }

    void Warnings(IReadOnlyList<Warning> warnings)
    {
        if (warnings.Count == 0) return;
        output.WriteLine();
        foreach (var warning in warnings)
        {
            foreach (var line in Wrapped($"Warning: {OneLine(warning.Text)}")) output.WriteLine(Colour("33", line));
        }
    }

    void Section(TextTable table)
    {
        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
    }

    string Colour(string code, string text) => hasColours ? $"\u001b[{code}m{text}\u001b[0m" : text;

    // What a target answered may hold anything, also what moves a terminal's cursor.
    static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    IEnumerable<string> Wrapped(string text, int indent = 0)
    {
        var line = new string(' ', indent);
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = new string(' ', indent);
            }

            line += line.Length > indent ? $" {word}" : word;
        }

        yield return line;
    }
}
