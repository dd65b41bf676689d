using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>What the kernel says of one process (man 5 proc_pid_status). Null is "unknown", never 0.</summary>
readonly record struct ProcessReading
{
    /// <summary>Resident set size (VmRSS): shared file pages counted in full, kernel memory not at all.</summary>
    public Bytes Resident { get; init; }

    /// <summary>The largest resident set size so far (VmHWM).</summary>
    public Bytes? PeakResident { get; init; }

    /// <summary>Resident anonymous memory (RssAnon): heaps and stacks, native and managed.</summary>
    public Bytes? Anonymous { get; init; }

    /// <summary>Resident shared memory and tmpfs (RssShmem).</summary>
    public Bytes? Shared { get; init; }

    /// <summary>Page tables (VmPTE): kernel memory, in no resident set size.</summary>
    public Bytes? PageTables { get; init; }

    /// <summary>Threads, each with a kernel stack.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Not reclaimable, as far as a process can know of itself: for where no memory cgroup speaks of this process
    /// alone. Null where the system does not tell anonymous memory apart.
    /// </summary>
    /// <param name="connections">Open TCP connections.</param>
    public Bytes? Estimate(int connections) =>
        Anonymous is { } anonymous ? anonymous + (Shared ?? default) + EstimateKernel(connections) : null;

    /// <summary>
    /// Kernel memory that this process causes, a sum with one line per owner; the parts the kernel does not tell are
    /// typical sizes.
    /// </summary>
    /// <param name="connections">Open TCP connections.</param>
    public Bytes EstimateKernel(int connections) =>
        (PageTables ?? default)
        + BytesPerThread * (Threads ?? 1)
        + BytesPerConnection * connections;

    /// <summary>
    /// 16 KiB of kernel stack (THREAD_SIZE, x86-64 and arm64) and about as much task structure and upper page tables,
    /// measured.
    /// </summary>
    static Bytes BytesPerThread => Bytes.FromKiB(28);

    /// <summary>The slab objects of one established connection, client end: measured in a memory cgroup.</summary>
    static Bytes BytesPerConnection => Bytes.FromKiB(4.15);
}

/// <summary>
/// A process's own memory figures, this one's or a child's, the file held open; a reading is one system call and
/// allocates nothing.
/// </summary>
sealed class ProcessMemory : IDisposable
{
    readonly KernelFile status;
    readonly KernelFile? rollup;
    readonly byte[] buffer;

    ProcessMemory(KernelFile status, KernelFile? rollup, byte[] buffer)
    {
        this.status = status;
        this.rollup = rollup;
        this.buffer = buffer;
    }

    /// <summary>
    /// Opens the figures, or says why that cannot be done: then <see cref="Portable"/> is what is left.
    /// </summary>
    /// <param name="root">Below which <c>proc</c> is read; <c>/</c> but for tests.</param>
    /// <param name="buffer">Scratch for reading, 4 KiB or more.</param>
    /// <param name="memory">The open figures.</param>
    /// <param name="problem">What is missing or unreadable.</param>
    /// <param name="processId">Another process; null: this one.</param>
    public static bool TryOpen(
        string root, byte[] buffer, [NotNullWhen(true)] out ProcessMemory? memory,
        [NotNullWhen(false)] out string? problem, int? processId = null)
    {
        memory = null;
        var directory = Path.Combine(
            root, "proc", processId?.ToString(CultureInfo.InvariantCulture) ?? "self");
        if (!KernelFile.TryOpen(Path.Combine(directory, "status"), out var status, out problem)) return false;
        KernelFile.TryOpen(Path.Combine(directory, "smaps_rollup"), out var rollup, out _);
        memory = new ProcessMemory(status, rollup, buffer);
        return true;
    }

    /// <summary>Reads the figures; false where they are gone or garbage.</summary>
    public bool TryRead(out ProcessReading reading)
    {
        reading = default;
        var text = status.Read(buffer);
        if (KernelText.Field(text, "VmRSS"u8) is not { } resident) return false;
        reading = new ProcessReading
        {
            Resident = new Bytes(resident),
            PeakResident = Known(KernelText.Field(text, "VmHWM"u8)),
            Anonymous = Known(KernelText.Field(text, "RssAnon"u8)),
            Shared = Known(KernelText.Field(text, "RssShmem"u8)),
            PageTables = Known(KernelText.Field(text, "VmPTE"u8)),
            Threads = (int?)KernelText.Field(text, "Threads"u8),
        };
        return true;
    }

    /// <summary>
    /// The proportional set size: shared pages divided among those who share them; null where unknown. The kernel walks
    /// all page tables for it (0.14 ms for 2 MiB, 1.1 ms for 100 MiB): for once a second, not for every reading.
    /// </summary>
    public Bytes? ReadProportional() => rollup is null ? null : Known(KernelText.Field(rollup.Read(buffer), "Pss"u8));

    /// <summary>What every system tells: the working set, and nothing about its parts.</summary>
    public static ProcessReading Portable() => new() { Resident = new Bytes(Environment.WorkingSet) };

    /// <inheritdoc/>
    public void Dispose()
    {
        status.Dispose();
        rollup?.Dispose();
    }

    static Bytes? Known(long? count) => count is { } known ? new Bytes(known) : null;
}
