using LeanLoad.Profiler.Attribution;
using Spectre.Console;

namespace LeanLoad.Profiler.Live;

/// <summary>A run while it lasts: a bar of memory against the limit that is drawn anew in a terminal, a line every two seconds in a log.</summary>
static class LiveProgress
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LogLine = TimeSpan.FromSeconds(2);

    /// <summary>Shows the view until the run has ended.</summary>
    public static async Task ShowAsync(IAnsiConsole console, RunView view, Task completion)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            while (await Task.WhenAny(completion, Task.Delay(LogLine)) != completion) console.WriteLine(view.Read(Line));
            return;
        }

        await console.Live(new Markup(" ")).AutoClear(true).StartAsync(async live =>
        {
            while (await Task.WhenAny(completion, Task.Delay(Frame)) != completion)
            {
                live.UpdateTarget(view.Read(Picture));
                live.Refresh();
            }
        });
    }

    static string Line(RunView view)
    {
        if (view.Latest is not { } tick) return $"  {view.Phase.ToString().ToLowerInvariant()} …";
        var of = view.Started?.Budget is { } budget ? $" of {budget}" : "";
        return $"  {tick.At.TotalSeconds,4:0} s  {view.Phase.ToString().ToLowerInvariant(),-8}  users {tick.UsersRunning}/{tick.UsersPlanned}  "
            + $"requests {tick.Requests:N0}  failed {tick.Failures:N0}  memory {tick.Memory.Unreclaimable}{of}{Expectation(view)}";
    }

    static string Expectation(RunView view) => view.Projections.Count == 0 ? "" : $"  expected {view.Projections[^1].Expected} for {view.Projections[^1].PlannedUsers}";

    static Rows Picture(RunView view)
    {
        var tick = view.Latest ?? default;
        var line = new Markup($"[bold]{view.Started?.Scenario ?? "agent"}[/]  {view.Phase.ToString().ToLowerInvariant()}  {tick.At.TotalSeconds:0} s   "
            + $"users [bold]{tick.UsersRunning}[/]/{tick.UsersPlanned}   requests [bold]{tick.Requests:N0}[/]   failed {tick.Failures:N0}");
        if (view.Started?.Budget is not { } budget) return new Rows(line, new Markup($"memory {tick.Memory.Unreclaimable}, no budget known"));
        return new Rows(line, new Markup(Bar(tick.Memory.Unreclaimable, budget, view)));
    }

    static string Bar(Bytes used, Bytes budget, RunView view)
    {
        const int width = 50;
        var filled = (int)Math.Clamp(width * used.Count / Math.Max(1, budget.Count), 0, width);
        var expected = view.Projections.Count > 0 ? view.Projections[^1].Expected : (Bytes?)null;
        var colour = expected > budget ? "red" : "green";
        return $"memory [{colour}]{new string('━', filled)}[/][grey]{new string('━', width - filled)}[/] {used} of {budget}"
            + (expected is { } peak ? $"   expected [{colour}]{peak}[/]" : "");
    }
}
