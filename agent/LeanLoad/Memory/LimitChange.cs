namespace LeanLoad.Memory;

/// <summary>What bounded the run that is bounded otherwise now.</summary>
/// <param name="Before">As it was told last.</param>
/// <param name="Now">As it is.</param>
readonly record struct LimitChange(Bound Before, Bound Now)
{
    /// <summary>
    /// Whether a limit was set, moved or taken away; otherwise another cgroup's leaves the least now, or others under
    /// it take more or less.
    /// </summary>
    public bool IsOfLimit =>
        Before.Limit != Now.Limit && (Before.Limit is null || Now.Limit is null || Before.Cgroup == Now.Cgroup);

    /// <summary>
    /// What it is warned of by. Limits that move are few (<see cref="LiveBudget"/>) and each is told; what others do
    /// goes on and on, and is told once: from then on records and progress say what is left.
    /// </summary>
    /// <param name="text">What was told.</param>
    public string Code(string text) => IsOfLimit ? text : Before.Cgroup == Now.Cgroup ? "others" : "tightest limit";

    /// <summary>What changed and what it means, for people.</summary>
    /// <param name="heap">Most that the managed heap may take of the budget.</param>
    public string Tell(Bytes? heap)
    {
        var what = IsOfLimit ? OfLimit() : Before.Cgroup == Now.Cgroup ? OfOthers() : OfTightest();
        if (Now.Budget is not { } amount) return $"{what}: no budget is known now.";
        var ofHeap = heap is { } most ? $", of which the managed heap may take {most}" : "";
        return $"{what}: the run goes on with a budget of {amount}{ofHeap}.";
    }

    string OfLimit()
    {
        var how = (Before.Limit, Now.Limit) switch
        {
            ({ } before, { } now) => $"changed from {before} to {now}",
            (null, { } now) => $"was set to {now}; there was none before",
            _ => $"of {Before.Limit} was taken away",
        };
        return $"The limit of memory cgroup {Now.Cgroup ?? Before.Cgroup} {how}";
    }

    string OfTightest() =>
        $"The limit that leaves the least is that of memory cgroup {Now.Cgroup} now, {Now.Limit}; it was that of "
        + $"{Before.Cgroup}, {Before.Limit}";

    string OfOthers() =>
        $"Others use {(Now.Budget < Before.Budget ? "more" : "less")} of the limit of memory cgroup {Now.Cgroup}, "
        + $"{Now.Limit}";
}
