using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Report;

/// <summary>A profiled run with every figure that a report shows, computed once; the renderers only render.</summary>
sealed record ProfileResult
{
    /// <summary>The run as the agent itself would sum it up.</summary>
    public required RunResult Run { get; init; }

    /// <summary>What the profiler concludes.</summary>
    public required Judgement Judgement { get; init; }

    /// <summary>Who allocated, with types, largest first.</summary>
    public required IReadOnlyList<Attributed> Attribution { get; init; }

    /// <summary>Memory and users second by second.</summary>
    public required IReadOnlyList<Tick> Timeline { get; init; }

    /// <summary>The projections as they were made during the ramp.</summary>
    public required IReadOnlyList<Projected> Projections { get; init; }

    /// <summary>The agent's collections; null where no session heard them.</summary>
    public required CollectionSummary? Collections { get; init; }

    /// <summary>How the session ended; events that were lost are counted in it.</summary>
    public required SessionEnd Session { get; init; }

    /// <summary>What the kernel counted in the cage; null where there was none.</summary>
    public CageReading? Cage { get; init; }

    /// <summary>The cage's limit; null where there was none.</summary>
    public Bytes? CageLimit { get; init; }

    /// <summary>What ran, and on which runtime; null where it was only attached to.</summary>
    public AgentBinary? Agent { get; init; }

    /// <summary>Why types have no names; null where they have, or where the samples carry them.</summary>
    public string? SymbolProblem { get; init; }

    /// <summary>Where it was made; null where that is not known, as for a run that is only read.</summary>
    public Machine? Machine { get; init; }

    /// <summary>
    /// What of the run was not stored or did not arrive where it was sent, a sentence each; empty where all did.
    /// </summary>
    public IReadOnlyList<string> Losses { get; init; } = [];

    /// <summary>
    /// What the whole run ends with: the agent's exit code, or 1 where it was killed; 87 where it passed with losses.
    /// </summary>
    public required int ExitCode { get; init; }
}

/// <summary>The agent's collections in figures.</summary>
/// <param name="ByGeneration">How many of generation 0, 1 and 2.</param>
/// <param name="LongestPause">The longest time all threads stood still; null where none was told.</param>
/// <param name="TotalPause">All of them together.</param>
sealed record CollectionSummary(IReadOnlyList<int> ByGeneration, TimeSpan? LongestPause, TimeSpan TotalPause)
{
    public static CollectionSummary Of(IReadOnlyList<Collection> collections)
    {
        int[] counts = [0, 0, 0];
        foreach (var one in collections) counts[Math.Clamp(one.Generation, 0, 2)]++;
        return new CollectionSummary(
            counts, collections.Max(static one => one.Pause),
            collections.Aggregate(TimeSpan.Zero, static (sum, one) => sum + (one.Pause ?? TimeSpan.Zero)));
    }
}
