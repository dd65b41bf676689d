using LeanLoad.Profiler.Attribution;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Report;

/// <summary>The profile for people: the run's own summary, then what only the observer knows.</summary>
static class TerminalReport
{
    public static void Write(TextWriter output, int width, bool hasColours, ProfileResult result)
    {
        new TerminalSummary(output, width, hasColours).Write(result.Run);
        WriteSamples(output, result.Attribution);
        output.WriteLine();
        var collections = result.Collections;
        output.WriteLine($"Collections: {collections.ByGeneration[0]} gen 0, {collections.ByGeneration[1]} gen 1, {collections.ByGeneration[2]} gen 2; "
            + $"paused {collections.TotalPause.TotalMilliseconds:0} ms in all, {collections.LongestPause?.TotalMilliseconds ?? 0:0.0} ms at most.");
        if (result.Cage is { } cage)
            output.WriteLine($"Cage of {result.CageLimit}: the kernel counted a peak of {cage.Peak}, page cache included, and killed {cage.OutOfMemoryKills} times.");
        if (result.Session.EventsLost > 0) output.WriteLine($"{result.Session.EventsLost} events were lost: the session's buffer was full.");
        if (result.SymbolProblem is { } problem) output.WriteLine(problem);
    }

    static void WriteSamples(TextWriter output, IReadOnlyList<Attributed> attribution)
    {
        var rows = attribution.Where(static row => row.Sampled.Samples >= 10).Take(6).ToList();
        if (rows.Count == 0) return;
        output.WriteLine();
        output.WriteLine("Allocated types, by the runtime's samples");
        foreach (var row in rows)
        {
            var agreement = row.Agrees == true ? "agrees with the ledger" : "differs from the ledger by more than chance";
            output.WriteLine($"  {row.Row.Scope.Name}: {row.Sampled.Estimate} ± {row.Sampled.HalfWidth}, {agreement}");
            foreach (var type in row.Sampled.Types.Take(3)) output.WriteLine($"      {type.Estimate,10}  {type.Name}");
        }
    }
}
