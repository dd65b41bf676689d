namespace LeanLoad.Memory;

/// <summary>
/// What a memory cgroup said at one moment. Null is "unknown", never 0; the kernel's own error is up to 64 pages for
/// each processor.
/// </summary>
readonly record struct CgroupReading
{
    /// <summary>The interface it was read through.</summary>
    public CgroupVersion Version { get; init; }

    /// <summary>
    /// Whether these figures speak of this process: its innermost cgroup has a limit of its own (then the kernel judges
    /// by them, whoever spends the memory), or holds no process but this one and its descendants. Otherwise they are
    /// mostly others', and only the limits matter.
    /// </summary>
    public bool IsOurs { get; init; }

    /// <summary>All that is charged, page cache included.</summary>
    public Bytes Charged { get; init; }

    /// <summary>Heaps and stacks (v2 <c>anon</c>, v1 <c>total_rss</c>, huge pages inside).</summary>
    public Bytes Anonymous { get; init; }

    /// <summary>
    /// Page tables, stacks, slab (v2 <c>kernel</c>, v1 <c>memory.kmem.usage_in_bytes</c>); null where it is not
    /// accounted.
    /// </summary>
    public Bytes? Kernel { get; init; }

    /// <summary>
    /// Socket buffers (v2 <c>sock</c>, v1 <c>memory.kmem.tcp.usage_in_bytes</c>, which stays 0 until a TCP limit was
    /// written once: then null). v1 counts them apart: they do not weigh against its memory limit.
    /// </summary>
    public Bytes? Sockets { get; init; }

    /// <summary>Shared memory and tmpfs; only swap could take it back.</summary>
    public Bytes Shared { get; init; }

    /// <summary>Page cache, shared memory included.</summary>
    public Bytes File { get; init; }

    /// <summary>Page cache that must be written before it can be reclaimed.</summary>
    public Bytes Dirty { get; init; }

    /// <summary>What the kubelet subtracts from the charge to get its "working set".</summary>
    public Bytes InactiveFile { get; init; }

    /// <summary>Charged and not reclaimable: what decides an out-of-memory kill.</summary>
    public Bytes Unreclaimable { get; init; }

    /// <summary>
    /// The limit that leaves the least room, of this cgroup and all enclosing ones; null where none has a limit.
    /// </summary>
    public Bytes? Limit { get; init; }

    /// <summary>The cgroup that sets <see cref="Limit"/>, for people; null where none does.</summary>
    public string? LimitName { get; init; }

    /// <summary>
    /// What <see cref="Limit"/> leaves for growth: the limit minus what is charged there and not reclaimable, by others
    /// too. Negative after the limit was lowered; null without a limit.
    /// </summary>
    public Bytes? Room { get; init; }

    /// <summary>
    /// Allocations that met a limit, here and in enclosing cgroups (v2 <c>memory.events</c> max, v1
    /// <c>memory.failcnt</c>): only its movement means something.
    /// </summary>
    public long? LimitHits { get; init; }

    /// <summary>
    /// How long some task here has stood still for want of memory (v2 <c>memory.pressure</c>); null on v1, which keeps
    /// no such account, and where the kernel keeps none.
    /// </summary>
    public TimeSpan? Stalled { get; init; }
}
