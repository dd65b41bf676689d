using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Memory;

/// <summary>
/// One cgroup between the process and the top of the tree, its files open: its figures, its limit, or one of them.
/// Reading it allocates nothing.
/// </summary>
sealed class CgroupLevel : IDisposable
{
    readonly CgroupVersion version;
    readonly KernelFile? usage;
    readonly KernelFile? limit;
    readonly KernelFile? stat;
    readonly KernelFile? kernel;
    readonly KernelFile? sockets;
    readonly KernelFile? events;
    readonly KernelFile? kills;
    readonly KernelFile? pressure;
    Bytes? lastLimit;

    CgroupLevel(CgroupVersion version, string directory, string name)
    {
        this.version = version;
        Directory = directory;
        Name = name;
        var isV1 = version == CgroupVersion.V1;
        KernelFile.TryOpen(UsagePath(version, directory), out usage, out var problem);
        Problem = problem;
        LimitPath = LimitPathOf(version, directory);
        limit = Open(LimitPath);
        stat = Open("memory.stat");
        // What met this cgroup's own limit: memory.events has what met those of cgroups below it, too (cgroup-v2.rst).
        events = isV1 ? Open("memory.failcnt") : Open("memory.events.local") ?? Open("memory.events");
        if (!isV1)
        {
            pressure = Open("memory.pressure");
            return;
        }

        kernel = Open("memory.kmem.usage_in_bytes");
        sockets = Open("memory.kmem.tcp.usage_in_bytes");
        kills = Open("memory.oom_control");
    }

    /// <summary>Where its files are.</summary>
    public string Directory { get; }

    /// <summary>Its path, for people.</summary>
    public string Name { get; }

    /// <summary>Why it has no figures, for people; null where it has.</summary>
    public string? Problem { get; }

    /// <summary>Opens what can be opened; false where that is neither figures nor a limit.</summary>
    public static bool TryOpen(
        CgroupVersion version, string directory, string name,
        [NotNullWhen(true)] out CgroupLevel? level, [NotNullWhen(false)] out string? problem)
    {
        level = new CgroupLevel(version, directory, name);
        problem = level.Problem;
        if (problem is null || level.limit is not null) return true;
        level.Dispose();
        level = null;
        return false;
    }

    /// <summary>Where a cgroup says what is charged to it.</summary>
    public static string UsagePath(CgroupVersion version, string directory) =>
        Path.Combine(directory, version == CgroupVersion.V1 ? "memory.usage_in_bytes" : "memory.current");

    /// <summary>Where it says what may be.</summary>
    public static string LimitPathOf(CgroupVersion version, string directory) =>
        Path.Combine(directory, version == CgroupVersion.V1 ? "memory.limit_in_bytes" : "memory.max");

    /// <summary>Where its limit stands, for people.</summary>
    public string LimitPath { get; }

    /// <summary>Whether the limit could be read the last time.</summary>
    public bool IsLimitKnown { get; private set; }

    /// <summary>
    /// This cgroup's limit now, or as it was when it could last be read; false where there is none, or never was one
    /// that could be read.
    /// </summary>
    public bool TryReadLimit(byte[] buffer, out Bytes value)
    {
        Bytes? found = null;
        IsLimitKnown = limit is not null && KernelText.TryLimit(limit.Read(buffer), out found);
        if (IsLimitKnown) lastLimit = found;
        value = lastLimit ?? default;
        return lastLimit is not null;
    }

    /// <summary>
    /// What was charged here beside this process when figures could last be read; null where they never could.
    /// </summary>
    public Bytes? Others { get; set; }

    /// <summary>Whether page cache is in <see cref="Others"/>: what counts against the limit may be less.</summary>
    public bool IsOthersCharge { get; set; }

    /// <summary>Allocations that met this cgroup's limit; null where unknown.</summary>
    public long? ReadHits(byte[] buffer)
    {
        if (events is null) return null;
        var text = events.Read(buffer);
        return version == CgroupVersion.V1 ? KernelText.Number(text) : KernelText.Field(text, "max"u8);
    }

    /// <summary>How long some task here has stood still for want of memory; null where unknown.</summary>
    public TimeSpan? ReadStall(byte[] buffer) =>
        pressure is not null ? KernelText.Stall(pressure.Read(buffer)) : null;

    /// <summary>Processes the kernel killed here for want of memory; null where unknown.</summary>
    public long? ReadKills(byte[] buffer) =>
        (version == CgroupVersion.V1 ? kills : events) is { } file
            ? KernelText.Field(file.Read(buffer), "oom_kill"u8) : null;

    /// <summary>All that is charged here; false where it has no figures.</summary>
    public bool TryReadCharged(byte[] buffer, out Bytes value)
    {
        var charged = usage is null ? null : KernelText.Number(usage.Read(buffer));
        value = new Bytes(charged ?? 0);
        return charged is not null;
    }

    /// <summary>
    /// What is charged here and not reclaimable, all that matters of an enclosing cgroup; false where it has no
    /// figures.
    /// </summary>
    public bool TryReadUnreclaimable(byte[] buffer, out Bytes value)
    {
        value = default;
        if (Problem is not null || stat is null) return false;
        var text = stat.Read(buffer);
        var isV1 = version == CgroupVersion.V1;
        if (!(isV1 ? TryStatV1(text, out var reading, out _) : TryStatV2(text, out reading))) return false;
        value = reading.Unreclaimable + new Bytes(isV1 ? ReadKernel(buffer) ?? 0 : 0);
        return true;
    }

    /// <summary>Fills what one cgroup alone can say; the limit is left to the caller, who knows the others.</summary>
    /// <param name="buffer">Scratch.</param>
    /// <param name="reading">What it said.</param>
    /// <param name="inherited">The smallest limit of all enclosing cgroups, visible or not, where v1 tells it.</param>
    /// <param name="problem">The file that could not be read.</param>
    public bool TryRead(
        byte[] buffer, out CgroupReading reading, out Bytes? inherited, [NotNullWhen(false)] out string? problem)
    {
        reading = default;
        inherited = null;
        problem = usage?.Path ?? UsagePath(version, Directory);
        if (usage is null) return false;
        if (KernelText.Number(usage.Read(buffer)) is not { } charged) return false;
        problem = stat?.Path ?? "memory.stat";
        if (stat is null) return false;
        var text = stat.Read(buffer);
        var isRead = version == CgroupVersion.V1
            ? TryStatV1(text, out reading, out inherited) : TryStatV2(text, out reading);
        if (!isRead) return false;
        reading = reading with { Version = version, Charged = new Bytes(charged) };
        if (version == CgroupVersion.V1) AddV1Counters(buffer, ref reading);
        problem = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        usage?.Dispose();
        limit?.Dispose();
        stat?.Dispose();
        kernel?.Dispose();
        sockets?.Dispose();
        events?.Dispose();
        kills?.Dispose();
        pressure?.Dispose();
    }

    // The bare names count this cgroup alone, the total_ ones its children too, as the limit does.
    static bool TryStatV1(ReadOnlySpan<byte> text, out CgroupReading reading, out Bytes? inherited)
    {
        reading = default;
        inherited = null;
        if (KernelText.Field(text, "total_rss"u8) is not { } anonymous) return false;
        if (KernelText.Field(text, "total_cache"u8) is not { } file) return false;
        var shared = KernelText.Field(text, "total_shmem"u8) ?? 0;
        var dirty = (KernelText.Field(text, "total_dirty"u8) ?? 0) + (KernelText.Field(text, "total_writeback"u8) ?? 0);
        reading = new CgroupReading
        {
            Anonymous = new Bytes(anonymous),
            File = new Bytes(file),
            Shared = new Bytes(shared),
            Dirty = new Bytes(dirty),
            InactiveFile = new Bytes(KernelText.Field(text, "total_inactive_file"u8) ?? 0),
            Unreclaimable = new Bytes(anonymous + shared + dirty),
        };
        var least = KernelText.Field(text, "hierarchical_memory_limit"u8);
        if (least is < KernelText.NoLimit) inherited = new Bytes(least.Value);
        return true;
    }

    static bool TryStatV2(ReadOnlySpan<byte> text, out CgroupReading reading)
    {
        reading = default;
        if (KernelText.Field(text, "anon"u8) is not { } anonymous) return false;
        if (KernelText.Field(text, "file"u8) is not { } file) return false;
        var shared = KernelText.Field(text, "shmem"u8) ?? 0;
        var dirty = (KernelText.Field(text, "file_dirty"u8) ?? 0) + (KernelText.Field(text, "file_writeback"u8) ?? 0);
        var kernel = KernelText.Field(text, "kernel"u8) ?? KernelParts(text);
        var sockets = KernelText.Field(text, "sock"u8);
        // Cached directory entries and inodes: the kernel drops them before it kills.
        var slab = Math.Min(KernelText.Field(text, "slab_reclaimable"u8) ?? 0, kernel ?? 0);
        reading = new CgroupReading
        {
            Anonymous = new Bytes(anonymous),
            File = new Bytes(file),
            Shared = new Bytes(shared),
            Dirty = new Bytes(dirty),
            InactiveFile = new Bytes(KernelText.Field(text, "inactive_file"u8) ?? 0),
            Kernel = kernel is { } known ? new Bytes(known) : null,
            Sockets = sockets is { } buffers ? new Bytes(buffers) : null,
            Unreclaimable = new Bytes(anonymous + shared + dirty + (kernel ?? 0) - slab + (sockets ?? 0)),
        };
        return true;
    }

    // Kernels before 5.18 have no sum; what they name is most of it.
    static long? KernelParts(ReadOnlySpan<byte> text)
    {
        if (KernelText.Field(text, "slab"u8) is not { } slab) return null;
        return slab + (KernelText.Field(text, "kernel_stack"u8) ?? 0) + (KernelText.Field(text, "pagetables"u8) ?? 0)
            + (KernelText.Field(text, "percpu"u8) ?? 0);
    }

    void AddV1Counters(byte[] buffer, ref CgroupReading reading)
    {
        // 0 is "not accounted" (cgroup.memory=nokmem, or no TCP limit was ever written): a process always has some.
        var charged = ReadKernel(buffer);
        var buffers = sockets is null ? null : KernelText.Number(sockets.Read(buffer));
        reading = reading with
        {
            Kernel = charged is > 0 ? new Bytes(charged.Value) : null,
            Sockets = buffers is > 0 ? new Bytes(buffers.Value) : null,
            Unreclaimable = reading.Unreclaimable + new Bytes(charged ?? 0),
        };
    }

    long? ReadKernel(byte[] buffer) => kernel is null ? null : KernelText.Number(kernel.Read(buffer));

    KernelFile? Open(string name) =>
        KernelFile.TryOpen(Path.Combine(Directory, name), out var file, out _) ? file : null;
}
