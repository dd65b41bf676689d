using LeanLoad.Profiler.Attribution;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Live;

/// <summary>A moment of a run as a line of a log: aligned with those before it, and without escape sequences.</summary>
static class ProgressLine
{
    public static string Of(RunView view)
    {
        var phase = view.Phase.ToString().ToLowerInvariant();
        if (view.Latest is not { } tick) return $"{"",8}{phase}";
        var planned = Quantities.Count(tick.UsersPlanned);
        var users = $"{Quantities.Count(tick.UsersRunning).PadLeft(planned.Length)}/{planned} users";
        var budget = view.Started?.Budget is { } amount ? $" of {amount}" : "";
        return $"{Quantities.Span(tick.At),6}  {phase,-9}  {users}  {Quantities.Count(tick.Requests),9} requests  {Quantities.Count(tick.Failures),3} failed  "
            + $"{tick.Memory.Unreclaimable,8}{budget}{Expected(view)}";
    }

    static string Expected(RunView view) =>
        view.Projections.Count == 0 ? "" : $", expected {view.Projections[^1].Expected}{(view.IsExpectedOver() ? ": over" : "")}";
}
