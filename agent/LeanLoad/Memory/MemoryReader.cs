using System.Runtime;

namespace LeanLoad.Memory;

/// <summary>
/// Composes a <see cref="MemoryReading"/> from the best sources there are: this process's memory cgroup where its
/// figures speak of this process, the process's own figures otherwise, the collector's always. Between two collections
/// a reading allocates nothing. For one thread.
/// </summary>
sealed class MemoryReader : IDisposable
{
    readonly Cgroup? cgroup;
    readonly ProcessMemory? process;
    readonly ManagedMemory managed = new();

    MemoryReader(string root)
    {
        var buffer = new byte[8192];
        var problems = new List<string>();
        if (!Cgroup.TryOpen(root, buffer, out cgroup, out var problem)) problems.Add(problem);
        if (!ProcessMemory.TryOpen(root, buffer, out process, out problem)) problems.Add(problem);
        Problems = problems;
    }

    /// <summary>Why a source is not used, for the log; empty where all are.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The innermost memory cgroup, for people; null where there is none.</summary>
    public string? CgroupName => cgroup?.Name;

    /// <summary>
    /// Opens every source that exists. Never fails: on a system that tells nothing, the collector's figures are left.
    /// </summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read; <c>/</c> but for tests.</param>
    public static MemoryReader Open(string root = "/") => new(root);

    /// <summary>The memory now.</summary>
    /// <param name="connections">TCP connections that the agent holds: where no cgroup counts their kernel memory, it
    /// is estimated.</param>
    public MemoryReading Read(int connections)
    {
        var heap = managed.Read();
        if (process is null || !process.TryRead(out var own)) own = ProcessMemory.Portable();
        var reading = new MemoryReading
        {
            IsEstimate = true,
            Unreclaimable = own.Estimate(connections) ?? own.Resident,
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
        return cgroup is not null && cgroup.TryRead(out var charged, out _) ? Judge(reading, charged) : reading;
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
        cgroup?.Dispose();
        process?.Dispose();
    }

    static MemoryReading Judge(MemoryReading reading, in CgroupReading charged)
    {
        // Limits count wherever they are set; figures only where they are this process's.
        reading = reading with
        {
            Charged = charged.Charged,
            Limit = charged.Limit,
            LimitName = charged.LimitName,
            Room = charged.Room,
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
