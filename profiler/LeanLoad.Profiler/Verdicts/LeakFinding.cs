using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Verdicts;

/// <summary>
/// That memory grows over time, what comes of it, and who may be the cause: for people. It fails no run: one that would
/// not have ended in time has been stopped by the agent.
/// </summary>
/// <param name="Growth">The figures.</param>
/// <param name="Budget">What may be used; null where nothing sets a bound.</param>
/// <param name="Owner">The scope that allocated the most meanwhile; null where most of the growth is not managed, or no
/// scope is known.</param>
sealed record LeakFinding(Growth Growth, Bytes? Budget, Scope? Owner)
{
    public static LeakFinding? Of(RunView view) => view.Growth is not { } growth ? null
        : new LeakFinding(growth, view.Budget.Amount, OwnerOf(growth, view));

    /// <summary>When the budget is met at that rate, from when it was last seen; null where there is none.</summary>
    public TimeSpan? FillsIn => Budget is { } budget ? Growth.Leak.Fills(budget - Growth.Kept) : null;

    /// <summary>What the owner allocated meanwhile; zero where none is known.</summary>
    public Bytes OwnersShare => Growth.Scopes.FirstOrDefault(scope => scope.Scope == Owner?.Id).Allocated;

    /// <inheritdoc/>
    public override string ToString() => $"{What} {Consequence} {Cause}".TrimEnd();

    string What => $"What is kept of memory grew by {Growth.Leak} from {Span(Growth.Since)} to {Span(Growth.Until)}, "
        + $"while {Users} ran: {Growth.Added} more.";

    string Users => Growth.Users == 1 ? "1 user" : $"the same {Count(Growth.Users)} users";

    string Consequence => (Budget, FillsIn) switch
    {
        ({ } budget, { } time) when time > TimeSpan.Zero =>
            $"At that rate the budget of {budget} is met in about {Leak.About(time)}.",
        ({ } budget, _) => $"The budget of {budget} is used up.",
        _ => "No budget is known.",
    };

    string Cause => Owner is { } owner
        ? $"{owner.Name} allocated the most meanwhile, {OwnersShare} of {AllocatedMeanwhile}; what of it was kept is "
            + "not told."
        : IsManaged(Growth) ? "" : "Most of it is native or kernel memory, of which no ledger is kept.";

    Bytes AllocatedMeanwhile =>
        Growth.Scopes.Aggregate(Bytes.Zero, static (sum, scope) => sum + scope.Allocated);

    static bool IsManaged(Growth growth) => growth.Managed * 2 >= growth.Added;

    static Scope? OwnerOf(Growth growth, RunView view) => IsManaged(growth) && growth.Scopes.Count > 0
        ? view.Scopes.Cast<Scope?>().FirstOrDefault(scope => scope!.Value.Id == growth.Scopes[0].Scope)
        : null;
}
