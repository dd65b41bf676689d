using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Report;
using LeanLoad.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LeanLoad.Profiler.Live;

/// <summary>One moment of a run, for a terminal and as a line of a log.</summary>
static class ProgressPicture
{
    /// <summary>A line whose columns stay where they are from one to the next.</summary>
    public static string Line(RunView view)
    {
        var phase = Words.Of(view.Phase);
        if (view.Latest is not { } tick) return $"{"",9}{phase}";
        var users = $"{tick.UsersRunning}/{tick.UsersPlanned}";
        var line = $"{Quantities.Span(tick.At),7}  {phase,-9}  users {users,-9}  requests "
            + $"{Quantities.Count(tick.Requests),-10}  "
            + $"failed {Quantities.Count(tick.Failures),-5}  memory {tick.Memory.Unreclaimable,-8}";
        return $"{line}  {Outlook(view)}".TrimEnd();
    }

    /// <summary>Three lines: what runs, what it does, and its memory as a bar with the budget drawn in.</summary>
    /// <param name="view">The run.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static IRenderable Of(RunView view, int width)
    {
        var tick = view.Latest ?? default;
        // Names come from load files, and what looks like markup in them must not be read as such.
        var name = Markup.Escape(view.Started?.Scenario ?? "agent");
        var failed = tick.Failures > 0 ? "red" : "dim";
        return new Rows(
            new Markup($"[bold]{name}[/]  {Words.Of(view.Phase)}  [dim]{Quantities.Span(tick.At)}[/]"),
            new Markup($"users [bold]{tick.UsersRunning}[/] of {tick.UsersPlanned}   requests "
                + $"[bold]{Quantities.Count(tick.Requests)}[/]   "
                + $"[{failed}]failed {Quantities.Count(tick.Failures)}[/]"),
            new Markup(Memory(view, tick, width)));
    }

    static string Memory(RunView view, in Tick tick, int width)
    {
        var used = tick.Memory.Unreclaimable;
        if (view.Budget.Amount is not { } budget) return $"memory [bold]{used}[/]   [dim]no budget is known[/]";
        var latest = view.Projections.Count > 0 ? view.Projections[^1] : default(Projected?);
        var colour = latest?.Upper > budget ? "red" : "green";
        return $"memory {Bar(used, budget, latest?.Upper ?? Bytes.Zero, Math.Clamp(width - 66, 10, 60), colour)} "
            + $"[bold]{used}[/] of {budget}"
            + (latest is { } peak
                ? $"   [{colour}]expected {peak.Expected} for {Counted.Of(peak.PlannedUsers, "user")}[/]" : "");
    }

    /// <summary>What is used, what the upper bound adds, and the budget where it stands between them.</summary>
    static string Bar(Bytes used, Bytes budget, Bytes upper, int width, string colour)
    {
        // A projection far beyond the budget ends with the bar: the budget is always in sight.
        var whole = Math.Max(1, Math.Clamp(Math.Max(used.Count, upper.Count), budget.Count, budget.Count * 2));
        int Column(Bytes amount) => (int)Math.Clamp(Math.Round((double)amount.Count * width / whole), 0, width);
        var (limit, full) = (Math.Max(1, Column(budget)) - 1, Column(used));
        var coming = Math.Max(full, Column(upper));
        string Part(int from, int to, char line, string style) =>
            to > from ? $"[{style}]{new string(line, to - from)}[/]" : "";
        string Between(int from, int to) =>
            Part(from, Math.Min(to, full), '━', colour) + Part(Math.Max(from, full), Math.Min(to, coming), '╍', colour)
            + Part(Math.Max(from, coming), to, '─', "dim");
        return $"{Between(0, limit)}[bold]┃[/]{Between(limit + 1, width)}";
    }

    static string Outlook(RunView view)
    {
        if (view.Projections.Count == 0) return "";
        var latest = view.Projections[^1];
        var over = latest.Upper > view.Budget.Amount ? $", over {view.Budget.Amount}" : "";
        return $"expected {latest.Expected}{over}";
    }
}
