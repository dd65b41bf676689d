namespace LeanLoad.Memory;

/// <summary>
/// What the agent's memory was at one moment. The words are not synonyms: <i>allocated</i> only grows, <i>live</i> was
/// reachable at the last collection, <i>committed</i> is backed by the system, <i>charged</i> is what the kernel counts
/// against the limit. Null is "unknown", never 0.
/// </summary>
readonly record struct MemoryReading
{
    /// <summary>
    /// Charged to the innermost memory cgroup (<c>memory.current</c>, v1 <c>memory.usage_in_bytes</c>), page cache
    /// included; null outside one.
    /// </summary>
    public Bytes? Charged { get; init; }

    /// <summary>
    /// Charged and not reclaimable: anonymous + kernel + sockets + shared memory. This decides an out-of-memory kill.
    /// Outside a memory cgroup of its own it is an estimate from <c>/proc/self/smaps_rollup</c> and the sockets counted
    /// by the agent; <see cref="IsEstimate"/> says so.
    /// </summary>
    public Bytes Unreclaimable { get; init; }

    /// <summary>
    /// True where <see cref="Unreclaimable"/> is summed from the process's own figures, not read from its cgroup.
    /// </summary>
    public bool IsEstimate { get; init; }

    /// <summary>Anonymous memory: heaps and stacks (<c>memory.stat</c>, or smaps_rollup).</summary>
    public Bytes Anonymous { get; init; }

    /// <summary>
    /// Kernel memory: page tables, stacks, slab (v2 <c>kernel</c>, v1 <c>memory.kmem.usage_in_bytes</c>); null where
    /// unknown.
    /// </summary>
    public Bytes? Kernel { get; init; }

    /// <summary>
    /// Socket buffers (v2 <c>sock</c>, v1 <c>memory.kmem.tcp.usage_in_bytes</c>); null where unknown.
    /// </summary>
    public Bytes? Sockets { get; init; }

    /// <summary>
    /// The limit that leaves the least room, of all enclosing memory cgroups; null where there is none.
    /// </summary>
    public Bytes? Limit { get; init; }

    /// <summary>
    /// The cgroup that sets <see cref="Limit"/>, for people: <c>/leanload/x (v1)</c>; null without a limit.
    /// </summary>
    public string? LimitName { get; init; }

    /// <summary>
    /// What <see cref="Limit"/> leaves for growth: the limit minus all that is charged there and not reclaimable, by
    /// others too. Negative after the limit was lowered; null without a limit.
    /// </summary>
    public Bytes? Room { get; init; }

    /// <summary>Resident set size of the agent's process, shared file pages counted in full.</summary>
    public Bytes Resident { get; init; }

    /// <summary>Bytes reachable on the managed heap at the last collection, plus what was allocated since.</summary>
    public Bytes Live { get; init; }

    /// <summary>
    /// Bytes that the last full collection left, without what lies free between them; zero before the first. While work
    /// is under way it counts what that work holds, which no collector can take away. Not part of a record.
    /// </summary>
    public Bytes Surviving { get; init; }

    /// <summary>Large objects, as of the last full collection. Recorded with plateaus alone.</summary>
    public LargeObjects Large { get; init; }

    /// <summary>Managed heap backed by the system.</summary>
    public Bytes Committed { get; init; }

    /// <summary>
    /// What of <see cref="Unreclaimable"/> is certainly not the managed heap's. Not part of a record.
    /// </summary>
    public Bytes BesideHeap { get; init; }

    /// <summary>Allocated by all threads since the start; only grows.</summary>
    public Bytes Allocated { get; init; }

    /// <summary>Collections of any generation since the start.</summary>
    public int Collections { get; init; }

    /// <summary>
    /// Times the kernel had to reclaim or refuse at a limit (v2 <c>memory.events:max</c>, v1 <c>memory.failcnt</c>);
    /// null where unknown.
    /// </summary>
    public long? LimitHits { get; init; }
}

/// <summary>Objects of 85,000 bytes and more, which the collector leaves where they are.</summary>
/// <param name="Live">What a full collection left of them.</param>
/// <param name="Allocated">Since the start, until that collection; less what one that nobody looked after took away.
/// </param>
readonly record struct LargeObjects(Bytes Live, Bytes Allocated);

/// <summary>A moment of rest in the ramp: this many users had started, and the agent had just collected.</summary>
/// <param name="Users">Users whose start was complete.</param>
/// <param name="At">Since the run started.</param>
/// <param name="Reading">Memory right after a full collection.</param>
readonly record struct Plateau(int Users, TimeSpan At, MemoryReading Reading)
{
    /// <summary>
    /// How far above this rest memory was on the way here, since the plateau before: garbage that the collector let
    /// stand, and work under way. Null where nobody looked.
    /// </summary>
    public Bytes? Excess { get; init; }

    /// <summary>
    /// What of it was alive at a full collection: starts and iterations under way. Null where none was seen.
    /// </summary>
    public Bytes? Transient { get; init; }

    /// <summary>Starts that were under way on the way here.</summary>
    public StartsUnderWay Starts { get; init; }
}
