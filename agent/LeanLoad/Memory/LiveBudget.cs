namespace LeanLoad.Memory;

/// <summary>
/// What the run may use as the limits are now and as others leave it, look by look. A limit that was set, moved or
/// taken away is told at once; what others under it do, only where it comes to much. For one thread; a look allocates
/// nothing.
/// </summary>
/// <param name="start">The budget that it begins with.</param>
sealed class LiveBudget(Budget start)
{
    /// <summary>
    /// More limits that move are not told, as with sources that fail: whoever moves them so often is a program.
    /// </summary>
    const int MostOfLimits = 100;

    /// <summary>
    /// What others do is told where it takes or gives an eighth of the budget: less changes no plan, as a projection is
    /// no surer than that, and a neighbour's heap swings by as much between two collections.
    /// </summary>
    const int LeastShare = 8;

    /// <summary>
    /// And so often at most, for who swings by more: two lines of progress, which say what is left all the while.
    /// </summary>
    static readonly TimeSpan LeastBetween = TimeSpan.FromSeconds(10);

    Bound told = start.Bound;
    TimeSpan toldAt = TimeSpan.MinValue / 2;
    int ofLimits;

    /// <summary>What may be in use now; null where nothing bounds it.</summary>
    public Bytes? Amount { get; private set; } = start.Amount;

    /// <summary>Follows a reading.</summary>
    /// <param name="reading">Memory now.</param>
    /// <param name="at">When, since whatever moment.</param>
    /// <returns>What is to be told; null where nothing is.</returns>
    public LimitChange? Look(in MemoryReading reading, TimeSpan at)
    {
        // A limit that cannot be read now stands in the reading as it was last: one that is not there was taken away.
        var now = Bound.Of(start.Asked, reading);
        Amount = now.Budget;
        // Held against what was told last, not against the last look: where two limits leave nearly the same, the
        // tightest is now the one, now the other.
        var change = new LimitChange(told, now);
        var isTold = change.IsOfLimit ? ofLimits < MostOfLimits
            : HasMoved(told.Budget, now.Budget) && at - toldAt >= LeastBetween;
        // Beyond the last that is told they are followed all the same: what others do is held against what is now.
        if (isTold || change.IsOfLimit) (told, toldAt) = (now, isTold ? at : toldAt);
        if (!isTold) return null;
        if (change.IsOfLimit) ofLimits++;
        return change;
    }

    static bool HasMoved(Bytes? before, Bytes? now) =>
        before is { } old && now is { } amount && Math.Abs((amount - old).Count) >= old.Count / LeastShare
        && amount != old;
}
