using System.Diagnostics;
using System.Runtime;

namespace LeanLoad.Memory;

/// <summary>
/// Composes a <see cref="MemoryReading"/> from the best sources there are: this process's memory cgroup where its
/// figures speak of this process, the process's own figures otherwise, the collector's always. Between two collections
/// a reading allocates nothing. For one thread.
/// </summary>
sealed class MemoryReader : IDisposable
{
    /// <summary>Page cache from which on the program's own pages must be among it.</summary>
    static Bytes LeastOwnPages => Bytes.FromMiB(2);

    readonly CgroupSource cgroup;
    readonly ProcessMemory? process;
    readonly ManagedMemory managed = new();
    readonly string root;
    readonly byte[] buffer = new byte[8192];
    TimeSpan? stalledBefore;
    string? stalledIn;
    ProcessMemory? child;
    Bytes? proportional;
    long proportionalDue;
    readonly List<string> problems = [];
    int told;

    MemoryReader(string root)
    {
        this.root = root;
        cgroup = new CgroupSource(root, buffer, problems);
        if (!ProcessMemory.TryOpen(root, buffer, out process, out var problem))
        {
            problems.Add($"{problem}. What the runtime tells of its memory is all that is known.");
        }

        if (!cgroup.TryRead(estimate: default, out var first)) return;
        (stalledBefore, stalledIn) = (first.Stalled, cgroup.Name);
        // Who ran the same program on this host before has them, and most of what is left is this process's own files.
        if (!first.IsOurs || first.File - first.Shared <= LeastOwnPages) return;
        Ahead = ProgramReadahead.Read(root);
        if (Ahead < ProgramPages.InUse) OwnPages = ProgramPages.InUse - Ahead;
    }

    /// <summary>
    /// Which source is not used, why, and what is instead; empty where all are. At most some hundred.
    /// </summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Takes the next of <see cref="Problems"/> that was not taken yet; null where all were.</summary>
    public string? TakeProblem() => told < problems.Count ? problems[told++] : null;

    /// <summary>
    /// What the room of every reading is less by, for the program's own pages; zero where they are charged to somebody
    /// else.
    /// </summary>
    public Bytes Ahead { get; }

    /// <summary>
    /// What the program's own pages need of the room that is left, to be read no more than once; zero where they are
    /// charged to somebody else, or <see cref="Ahead"/> is as much.
    /// </summary>
    public Bytes OwnPages { get; }

    /// <summary>The innermost memory cgroup, for people; null where there is none.</summary>
    public string? CgroupName => cgroup.Name;

    /// <summary>
    /// Opens every source that exists. Never fails: on a system that tells nothing, the collector's figures are left.
    /// </summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read; <c>/</c> but for tests.</param>
    public static MemoryReader Open(string root = "/") => new(root);

    /// <summary>
    /// Most that the buffers of those who watch may take in this process, as they told; null where one did not.
    /// </summary>
    public Bytes? WatcherBuffer { get; set; } = Bytes.Zero;

    /// <summary>What the last reading knew beside the figures that decide.</summary>
    public MemoryDetail Detail { get; private set; }

    /// <summary>From now on readings tell what a child process takes, too: an isolated bootstrap's.</summary>
    public void Accompany(int processId)
    {
        Leave();
        ProcessMemory.TryOpen(root, buffer, out child, out _, processId);
    }

    /// <summary>The child has ended.</summary>
    public void Leave()
    {
        child?.Dispose();
        child = null;
    }

    /// <summary>
    /// Reads what is too dear for every reading, and is part of those that follow: to be called once a second. It takes
    /// a thousandth of the time at most, and so is left out where it took long the last time.
    /// </summary>
    public void ReadProportional()
    {
        var began = Stopwatch.GetTimestamp();
        if (process is null || began < proportionalDue) return;
        proportional = process.ReadProportional();
        proportionalDue = began + (Stopwatch.GetTimestamp() - began) * 1000;
    }

    /// <summary>The memory now.</summary>
    /// <param name="connections">TCP connections that the agent holds: where no cgroup counts their kernel memory, it
    /// is estimated.</param>
    public MemoryReading Read(int connections)
    {
        var heap = managed.Read();
        if (process is null || !process.TryRead(out var own)) own = ProcessMemory.Portable();
        var ofChild = child is not null && child.TryRead(out var its) ? its.Anonymous + (its.Shared ?? default) : null;
        var reading = new MemoryReading
        {
            IsEstimate = true,
            Unreclaimable = (own.Estimate(connections) ?? own.Resident) + (ofChild ?? default),
            Anonymous = own.Anonymous ?? heap.Committed,
            Kernel = own.PageTables is null ? null : own.EstimateKernel(connections),
            Resident = own.Resident,
            Live = heap.Live,
            Committed = heap.Committed,
            Allocated = heap.Allocated,
            Collections = heap.Collections,
            Surviving = heap.Surviving,
            Large = heap.Large,
        };
        Detail = new MemoryDetail
        {
            Proportional = proportional,
            Fragmented = heap.Fragmented,
            Gen0Budget = heap.Gen0Budget,
            WatcherBuffer = WatcherBuffer,
            Child = ofChild,
        };
        var isRead = cgroup.TryRead(reading.Unreclaimable, out var charged);
        if (isRead) reading = reading with { Charged = charged.Charged };
        if (charged.IsOurs) Detail = Detail with { Stalled = StalledSince(charged.Stalled) };
        return Split(Judge(reading, charged), heap);
    }

    /// <summary>
    /// Processes that the kernel has killed in this process's memory cgroup, as of now; null where unknown.
    /// </summary>
    public long? ReadKills() => cgroup.ReadKills();

    // Since the start, or since this process came into another cgroup, whose account began long before.
    TimeSpan? StalledSince(TimeSpan? stalled)
    {
        if (cgroup.Name != stalledIn) (stalledIn, stalledBefore) = (cgroup.Name, stalled);
        return stalled - stalledBefore;
    }

    /// <summary>
    /// A plateau: collects all garbage, gives freed memory back to the system, then reads. What remains grows with
    /// users and with nothing else; after an ordinary collection the heap keeps up to its own size of free memory, and
    /// no slope can be seen. Costs about 0.8 ms for each live MiB.
    /// </summary>
    /// <param name="users">Users whose start is complete.</param>
    /// <param name="at">Since the run started.</param>
    /// <param name="connections">TCP connections that the agent holds.</param>
    public Plateau ReadAtRest(int users, TimeSpan at, int connections)
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new Plateau(users, at, Read(connections));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Leave();
        cgroup.Dispose();
        process?.Dispose();
    }

    // Of what was allocated since the last collection, all may have been committed since.
    static MemoryReading Split(in MemoryReading reading, in ManagedReading heap) =>
        reading with { BesideHeap = reading.Unreclaimable - heap.Committed - heap.Since };

    MemoryReading Judge(MemoryReading reading, in CgroupReading charged)
    {
        // Limits count wherever they are set; figures only where they are this process's.
        reading = reading with
        {
            Limit = charged.Limit,
            LimitName = charged.LimitName,
            Room = charged.Room - Ahead,
            LimitHits = charged.LimitHits,
        };
        if (!charged.IsOurs) return reading;
        return reading with
        {
            IsEstimate = false,
            Unreclaimable = charged.Unreclaimable,
            Anonymous = charged.Anonymous,
            Kernel = charged.Kernel,
            Sockets = charged.Sockets,
        };
    }
}
