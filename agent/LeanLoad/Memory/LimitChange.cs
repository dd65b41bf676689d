namespace LeanLoad.Memory;

/// <summary>A memory cgroup's limit that was set, moved or taken away while the run goes on.</summary>
/// <param name="Before">Null: there was none.</param>
/// <param name="Now">Null: there is none any more.</param>
/// <param name="Cgroup">Whose limit, for people.</param>
readonly record struct LimitChange(Bytes? Before, Bytes? Now, string? Cgroup)
{
    /// <summary>What changed and what it means, for people.</summary>
    /// <param name="budget">What the run may use from now on; null where nothing bounds it.</param>
    /// <param name="heap">Most that the managed heap may take of it.</param>
    public string Tell(Bytes? budget, Bytes? heap)
    {
        var what = (Before, Now) switch
        {
            ({ } before, { } now) => $"changed from {before} to {now}",
            (null, { } now) => $"was set to {now}; there was none before",
            _ => $"of {Before} was taken away",
        };
        if (budget is not { } amount) return $"The limit of memory cgroup {Cgroup} {what}: no budget is known now.";
        var ofHeap = heap is { } most ? $", of which the managed heap may take {most}" : "";
        return $"The limit of memory cgroup {Cgroup} {what}: the run goes on with a budget of {amount}{ofHeap}.";
    }
}
