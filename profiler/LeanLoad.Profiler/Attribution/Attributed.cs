using LeanLoad.Memory;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Attribution;

/// <summary>
/// A line of the attribution table: what the ledger counted exactly, and what the samples say beside it.
/// </summary>
/// <param name="Row">The ledger's figures.</param>
/// <param name="Share">Of all that was allocated, 0 to 1.</param>
/// <param name="Sampled">The cross-check, and the types.</param>
sealed record Attributed(LedgerRow Row, double Share, SampledScope Sampled)
{
    /// <summary>
    /// Whether the ledger's figure lies within the samples' interval; null where there are too few samples to say.
    /// </summary>
    public bool? Agrees => Sampled.Samples < 10
        ? null
        : Math.Abs(Row.Allocated.Count - Sampled.Estimate.Count) <= Sampled.HalfWidth.Count;

    /// <summary>The whole table, largest first.</summary>
    public static IReadOnlyList<Attributed> Table(RunView view, SampleTally samples)
    {
        var rows = LedgerRows(view);
        var total = Math.Max(1, rows.Sum(static row => row.Allocated.Count));
        return [.. rows.Select(
            row => new Attributed(row, row.Allocated.Count / (double)total, samples.Of(row.Scope.Id)))];
    }

    /// <summary>The ledger as the agent last told it, largest first.</summary>
    public static IReadOnlyList<LedgerRow> LedgerRows(RunView view) =>
    [
        .. view.Scopes.Select(scope => (scope, view.ChargedTo(scope.Id)))
            .Where(static row => row.Item2.Allocated != Bytes.Zero || row.Item2.Entries > 0)
            .Select(static row => new LedgerRow(row.scope, row.Item2.Allocated, row.Item2.Entries))
            .OrderByDescending(static row => row.Allocated),
    ];

    /// <summary>The scopes as the verdict wants them: with the users that entered each.</summary>
    public static IEnumerable<ScopeCost> Costs(RunView view)
    {
        var users = Math.Max(1, view.Plateaus.Count > 0 ? view.Plateaus[^1].Users : 0);
        foreach (var row in LedgerRows(view))
        {
            yield return new ScopeCost(row.Scope, row.Allocated,
                row.Scope.Kind == ScopeKind.Task ? users : row.Entries);
        }
    }
}
