using System.Globalization;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;

namespace LeanLoad.Profiler.Verdicts;

/// <summary>
/// What the profiler concludes from the plateaus, the ledger and the samples. The agent protects itself with the same
/// projection; here it is computed again from what was recorded, and the culprit gets the types that it keeps.
/// </summary>
/// <param name="Verdict">What, why, what to do.</param>
/// <param name="Projection">The peak; null where there was too little to project from.</param>
/// <param name="Types">For the culprit, its largest types in a sentence; empty where there is none, or none is
/// named.</param>
sealed record Judgement(LeanLoad.Memory.Verdict Verdict, LeanLoad.Memory.Projection? Projection, string Types)
{
    /// <summary>That memory grows over time; null where it does not, or too little is known.</summary>
    public LeakFinding? Leak { get; init; }

    /// <summary>
    /// The longest time with the same users, in which a leak would have shown; zero where nothing tells.
    /// </summary>
    public TimeSpan WatchedForLeaks { get; init; }

    public static Judgement Of(RunView view, SampleTally samples, GcSettings collector) =>
        OfRamp(view, samples, collector) with
        {
            Leak = LeakFinding.Of(view),
            WatchedForLeaks = view.WatchedForGrowth,
        };

    static Judgement OfRamp(RunView view, SampleTally samples, GcSettings collector)
    {
        // As many as are asked for now: a user may have changed it while the run went on.
        var planned = view.Latest?.UsersPlanned ?? view.Started?.PlannedUsers ?? 0;
        var budget = view.Budget.Amount;
        if (!LeanLoad.Memory.Projection.TryFrom(view.Plateaus, Math.Max(planned, 1), collector, out var projection,
            out var missing, StartGate(view), IsGuarded(view) ? budget : null))
        {
            return new Judgement(LeanLoad.Memory.Verdict.NotKnown(missing), null, "");
        }

        var verdict = LeanLoad.Memory.Verdict.Of(projection, budget, Attributed.Costs(view));
        return new Judgement(verdict, projection, TypesOf(verdict.Culprit, samples));
    }

    // What the agent projects with, as its first record tells it.
    static int? StartGate(RunView view) =>
        int.TryParse(Option(view, "starting"), CultureInfo.InvariantCulture, out var gate) ? gate : null;

    static bool IsGuarded(RunView view) => !string.Equals(
        Option(view, "over-memory"), nameof(OverMemory.Ignore), StringComparison.OrdinalIgnoreCase);

    static string? Option(RunView view, string name) =>
        view.Started?.Options.FirstOrDefault(option => option.Name == name).Value;

    static string TypesOf(Culprit? culprit, SampleTally samples)
    {
        if (culprit is not { } found) return "";
        var sampled = samples.Of(found.Scope.Id);
        if (sampled.Samples < 10) return "";
        var named = sampled.Types.Take(3)
            .Select(type => $"{type.Name} ({100.0 * type.Estimate.Count / Math.Max(1, sampled.Estimate.Count):0} %)");
        return $"Most of what {found.Scope.Name} allocates is {string.Join(", ", named)}, by {sampled.Samples} "
            + "samples.";
    }
}
