namespace LeanLoad.Memory;

/// <summary>
/// What a reading knows beside the figures that decide: it says where memory is, not whether there is enough. So it is
/// no part of the reading, which plateaus and projections copy. Null is "unknown", never 0.
/// </summary>
readonly record struct MemoryDetail
{
    /// <summary>
    /// Resident, each shared page divided among those who share it (<c>Pss</c> of smaps_rollup). The kernel walks all
    /// page tables for it, so it is read once a second at most, and is that old.
    /// </summary>
    public Bytes? Proportional { get; init; }

    /// <summary>Free between live objects, as of the last collection.</summary>
    public Bytes Fragmented { get; init; }

    /// <summary>What may be allocated until the next collection, as of the last.</summary>
    public Bytes? Gen0Budget { get; init; }

    /// <summary>
    /// How long some task of the memory cgroup has stood still for want of memory, since the agent started
    /// (<c>memory.pressure</c>, some total); unknown on v1.
    /// </summary>
    public TimeSpan? Stalled { get; init; }

    /// <summary>
    /// Most that the buffers of those who watch may take in this process; zero while nobody does, unknown where one of
    /// them did not say.
    /// </summary>
    public Bytes? WatcherBuffer { get; init; }

    /// <summary>Anonymous and shared memory of the isolated bootstrap's process; null while there is none.</summary>
    public Bytes? Child { get; init; }
}

/// <summary>Memory at one moment of a run, as a whole.</summary>
/// <param name="Reading">The figures that decide.</param>
/// <param name="Detail">Where it was.</param>
/// <param name="Users">Users that ran.</param>
readonly record struct MemoryMoment(MemoryReading Reading, MemoryDetail Detail, int Users);
