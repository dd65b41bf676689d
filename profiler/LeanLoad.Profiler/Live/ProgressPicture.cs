using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Attribution;
using Spectre.Console;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Live;

/// <summary>
/// A moment of a run as three lines of Spectre's markup: what runs, users as a bar, and memory as a bar with the limit
/// drawn in and the expected peak beyond what is used.
/// </summary>
/// <param name="hasUnicode">Whether the terminal draws lines; else plain characters stand for them.</param>
sealed class ProgressPicture(bool hasUnicode)
{
    const int LongestBar = 48;
    const int BesideBar = 62;

    readonly char solid = hasUnicode ? '━' : '#';
    readonly char coming = hasUnicode ? '╍' : '~';
    readonly char empty = hasUnicode ? '─' : '.';
    readonly char limit = hasUnicode ? '┃' : '|';

    /// <param name="view">The moment.</param>
    /// <param name="width">The terminal's columns.</param>
    public string Of(RunView view, int width)
    {
        var name = Markup.Escape(view.Started?.Scenario ?? "agent");
        var phase = view.Phase.ToString().ToLowerInvariant();
        if (view.Latest is not { } tick) return $"[bold]{name}[/]  {phase}";
        var failed = tick.Failures == 0 ? "none failed" : $"[red]{Count(tick.Failures)} failed[/]";
        var bar = Math.Clamp(width - BesideBar, 8, LongestBar);
        return $"[bold]{name}[/]  {phase}  {Span(tick.At)}   {Count(tick.Requests)} requests, {Rate(view.RequestsPerSecond())}/s, {failed}\n"
            + $"users   {Users(tick, bar)}  [bold]{Count(tick.UsersRunning)}[/] of {Count(tick.UsersPlanned)}\n"
            + $"memory  {Memory(view, tick, bar)}";
    }

    string Users(in Tick tick, int width)
    {
        var running = Columns(tick.UsersRunning, tick.UsersPlanned, width);
        return $"[blue]{new string(solid, running)}[/][grey]{new string(empty, width - running)}[/]";
    }

    string Memory(RunView view, in Tick tick, int width)
    {
        var used = tick.Memory.Unreclaimable;
        if (view.Started?.Budget is not { } budget)
            return $"[bold]{used}[/], no budget is known";
        var colour = view.IsExpectedOver() || used > budget ? "red" : "green";
        return $"{Bar(used, budget, view, width, colour)}  [bold]{used}[/] of {budget}{Expected(view, colour)}";
    }

    string Bar(Bytes used, Bytes budget, RunView view, int width, string colour)
    {
        var upper = view.Projections.Count > 0 ? view.Projections[^1].Upper : Bytes.Zero;
        // The budget is always in sight: a projection far beyond it ends at the bar's end.
        var end = Math.Clamp(Math.Max(upper.Count, used.Count), budget.Count, budget.Count * 2);
        var cells = new char[width];
        Array.Fill(cells, empty);
        var (full, expected) = (Columns(used.Count, end, width), Columns(upper.Count, end, width));
        if (expected > full) cells.AsSpan(full..expected).Fill(coming);
        cells.AsSpan(0, full).Fill(solid);
        var at = Math.Clamp(Columns(budget.Count, end, width), 1, width) - 1;
        string Paint(int from, int to, string how) => to > from ? $"[{how}]{new string(cells, from, to - from)}[/]" : "";
        string Part(int from, int to) =>
            Paint(from, Math.Min(to, full), colour) + Paint(Math.Max(from, full), Math.Min(to, Math.Max(full, expected)), colour + " dim")
            + Paint(Math.Max(from, Math.Max(full, expected)), to, "grey");
        return $"{Part(0, at)}[bold]{limit}[/]{Part(at + 1, width)}";
    }

    static string Expected(RunView view, string colour)
    {
        if (view.Projections.Count == 0) return "";
        var projected = view.Projections[^1];
        return $", expected [{colour}]{projected.Expected}[/]{(view.IsExpectedOver() ? $" [{colour}]for {Count(projected.PlannedUsers)}[/]" : "")}";
    }

    static int Columns(long part, long whole, int width) => whole <= 0 ? 0 : (int)Math.Clamp(Math.Round((double)part * width / whole), 0, width);
}
