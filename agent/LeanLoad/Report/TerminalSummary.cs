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

        var table = new TextTable("Response time", "requests", "failed", "per s", "p50", "p90", "p99", "max", "mean");
        foreach (var row in WithSum(requests))
        {
            table.Add([row.Name, Count(row.Requests), Count(row.Failures), Rate(row.PerSecond), .. Cells(row.Response)]);
        }

        Section(table);
        output.WriteLine(requests.IsServiceSame
            ? "Due to completed. Service time, sent to completed, is the same: every request was sent when due."
            : "Due to completed.");
        if (requests.All.Response is { Clamped: > 0 and var clamped })
        {
            output.WriteLine($"Longer than 71 minutes, which percentiles count as that: {Count(clamped)}.");
        }

        if (requests.All.Cut > 0) output.WriteLine($"In flight when the run ended, and not counted: {Count(requests.All.Cut)}.");
        if (!requests.IsServiceSame) ServiceTimes(requests);
    }

    void ServiceTimes(RequestSummary requests)
    {
        var table = new TextTable("Service time", "p50", "p90", "p99", "max", "mean");
        foreach (var row in WithSum(requests)) table.Add([row.Name, .. Cells(row.Service)]);
        Section(table);
        output.WriteLine("Sent to completed: without the wait before it was sent.");
    }

    static IEnumerable<RequestRow> WithSum(RequestSummary requests) =>
        requests.Rows.Count > 1 ? requests.Rows.Append(requests.All) : requests.Rows;

    static string[] Cells(Times? times) =>
        [Time(times?.P50Us), Time(times?.P90Us), Time(times?.P99Us), Time(times?.MaxUs), Time(times?.MeanUs)];

    void Failures(IReadOnlyList<FailureRow> failures)
    {
        if (failures.Count == 0) return;
        output.WriteLine();
        output.WriteLine(Colour("31", "Failures"));
        var digits = failures.Max(row => Count(row.Count).Length);
        foreach (var (name, failure, count, example) in failures)
        {
            output.WriteLine($"{Count(count).PadLeft(digits + 2)}  {failure.ToString().ToLowerInvariant()}: {name}");
            if (example is null) continue;
            foreach (var line in Wrapped($"first: {OneLine(example)}", indent: digits + 4)) output.WriteLine(line);
        }
    }

    void Iterations(IReadOnlyList<IterationRow> iterations)
    {
        if (iterations.Count == 0) return;
        var table = new TextTable("Iterations", "count", "failed", "p50", "p90", "p99", "max", "mean");
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

    // No line ends in a number: what follows is its unit, or what it counts.
    IEnumerable<string> Wrapped(string text, int indent = 0)
    {
        var (line, phrase) = (new string(' ', indent), "");
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(""))
        {
            if (phrase.Length > 0 && (word.Length == 0 || !char.IsAsciiDigit(phrase[^1])))
            {
                if (line.Length > indent && line.Length + 1 + phrase.Length > width)
                {
                    yield return line;
                    line = new string(' ', indent);
                }

                line += line.Length > indent ? $" {phrase}" : phrase;
                phrase = "";
            }

            phrase += phrase.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
