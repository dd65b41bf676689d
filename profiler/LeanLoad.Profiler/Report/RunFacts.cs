using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// What surrounds a run, as words and texts: its phases, collections, session, cage, agent and machine.
/// </summary>
static class RunFacts
{
    public static IEnumerable<(string Word, string Text)> Of(ProfileResult result)
    {
        var run = result.Run;
        yield return ("Scenario", run.Scenario);
        yield return ("Started", run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'",
            System.Globalization.CultureInfo.InvariantCulture));
        yield return ("Phases", string.Join(", ", run.Phases.Where(static row => row.Phase != RunPhase.Ended)
            .Select(static row => $"{Words.Of(row.Phase)} {Span(row.Duration)}")));
        if (result.Collections is { } collections) yield return ("Collections", Collections(collections));
        yield return ("Session", Session(result.Session));
        if (Cage(result) is { } cage) yield return ("Cage", cage);
        yield return ("Agent", Agent(result));
        if (result.Machine is { } machine) yield return ("Machine", machine.ToString());
    }

    public static string Collections(CollectionSummary collections)
    {
        var (young, middle, old) =
            (collections.ByGeneration[0], collections.ByGeneration[1], collections.ByGeneration[2]);
        var pauses = collections.LongestPause is { } longest
            ? $"; paused {Time(collections.TotalPause.TotalMicroseconds)} in all, {Time(longest.TotalMicroseconds)} "
                + "at most"
            : "";
        return $"{Count(young)} of generation 0, {Count(middle)} of 1, {Count(old)} of 2{pauses}";
    }

    public static string Session(SessionEnd session)
    {
        var lost = session.EventsLost == 0
            ? "no event was lost"
            : $"{Counted.Of(session.EventsLost, "event was", "events were")} lost, for the session's buffer was full: "
                + "types and pauses are undercounted, the ledger is not";
        return session.Reason switch
        {
            SessionEndReason.AgentExited => $"complete; {lost}",
            SessionEndReason.Journal => $"none: the records were read from {session.Detail}",
            SessionEndReason.Stopped => $"stopped before the agent ended; {lost}",
            _ => "broken off, the last 40 to 220 ms are "
                + $"missing{(session.Detail is { } detail ? $" ({detail})" : "")}; {lost}",
        };
    }

    /// <summary>What the kernel counted; null where there was no cage.</summary>
    public static string? Cage(ProfileResult result)
    {
        if (result.Cage is not { } cage) return null;
        var limit = result.CageLimit is { } amount ? $"a memory cgroup with a hard limit of {amount}; " : "";
        var peak = cage.Peak is { } most ? $"the kernel counted {most} at the peak, page cache included"
            : "this kernel keeps no peak";
        var kills = cage.OutOfMemoryKills switch
        {
            null => "",
            0 => "; it killed nothing",
            { } some => $"; it killed {Counted.Of(some, "process", "processes")}",
        };
        var met = cage.LimitHits is > 0 and var hits ? $"; the limit was met {Counted.Of(hits, "time")}" : "";
        return $"{limit}{peak}{kills}{met}";
    }

    static string Agent(ProfileResult result) => result.Agent switch
    {
        null => $"version {result.Run.AgentVersion}, attached to",
        { Runtime: AgentRuntime.Native } native =>
            $"version {result.Run.AgentVersion}, compiled ahead of time: {native.Path}",
        var ordinary => $"version {result.Run.AgentVersion}, on the ordinary runtime, whose memory is not a native "
            + $"agent's: {ordinary.Path}",
    };
}
