using LeanLoad.Memory;

namespace LeanLoad.Benchmarking.Users;

/// <summary>What each scope had been charged at one moment, or between two.</summary>
/// <param name="Scopes">The scopes, by id.</param>
/// <param name="Allocated">Of each.</param>
sealed record LedgerReading(IReadOnlyList<Scope> Scopes, IReadOnlyList<Bytes> Allocated)
{
    /// <summary>All of them.</summary>
    public Bytes Total => Allocated.Aggregate(Bytes.Zero, static (sum, one) => sum + one);

    /// <summary>All but what other threads allocated: exact to the byte.</summary>
    public Bytes OnLoop => Total - Allocated[Scope.OffLoop];

    /// <summary>What was charged since an earlier reading.</summary>
    public LedgerReading Since(LedgerReading before) =>
        this with { Allocated = [.. Allocated.Zip(before.Allocated, static (now, then) => now - then)] };

    /// <summary>All scopes of one kind, for one of so many operations.</summary>
    public double PerOperation(ScopeKind kind, int operations) =>
        Math.Max(0, Scopes.Where(scope => scope.Kind == kind).Sum(scope => Allocated[scope.Id].Count))
            / (double)operations;
}
