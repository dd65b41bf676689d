namespace LeanLoad.Memory;

/// <summary>A line of the ledger with what it takes to say "per user".</summary>
/// <param name="Scope">Whom it was charged to.</param>
/// <param name="Allocated">All that it allocated, kept or not.</param>
/// <param name="Users">Users that entered it, each counted once.</param>
readonly record struct ScopeCost(Scope Scope, Bytes Allocated, long Users)
{
    /// <summary>Allocated for each user.</summary>
    public Bytes PerUser => Users <= 0 ? default : new Bytes(Allocated.Count / Users);
}

/// <summary>The code that users' memory comes from.</summary>
/// <param name="Scope">A user's start or one of its tasks.</param>
/// <param name="KeptPerUser">What of its allocations each user keeps, at most.</param>
/// <param name="AllocatedPerUser">What it allocated for each user.</param>
readonly record struct Culprit(Scope Scope, Bytes KeptPerUser, Bytes AllocatedPerUser)
{
    /// <summary>Less than this for each user is nobody's fault: an idle user with its connection.</summary>
    static Bytes LeastWorthNaming => Bytes.FromKiB(16);

    /// <summary>
    /// The scope that can explain what users keep: it must have allocated nearly that much for each, for nobody keeps
    /// what he did not allocate. A start comes before a task: it runs once, so most of it stays, while a task's
    /// allocations mostly die. Null where none can explain it.
    /// </summary>
    /// <param name="ledger">The scopes so far.</param>
    /// <param name="perUser">What each user keeps, by the projection.</param>
    public static Culprit? Find(IEnumerable<ScopeCost> ledger, PerUser perUser)
    {
        var kept = perUser.Managed;
        // Where the heap is the smaller part of what users cost, no managed code is to blame for it.
        if (kept < LeastWorthNaming || kept < perUser.Total * 0.5) return null;
        var able = ledger
            .Where(cost => cost.Scope.Kind is ScopeKind.UserStart or ScopeKind.Task && cost.PerUser >= kept * 0.8)
            .OrderByDescending(cost => cost.Scope.Kind == ScopeKind.UserStart)
            .ThenByDescending(cost => cost.PerUser)
            .ToList();
        if (able.Count == 0) return null;
        var first = able[0];
        return new Culprit(first.Scope, first.PerUser < kept ? first.PerUser : kept, first.PerUser);
    }
}
