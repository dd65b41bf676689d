using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeanLoad.Memory;

/// <summary>
/// Lets a process map no more private memory than there is room for (man 2 prlimit, RLIMIT_DATA: since Linux 4.7 all
/// that is private and writable). Who takes memory faster than anybody looks is then refused it, and hears so from
/// malloc, where the kernel would kill him. What is mapped counts, written to or not: of a new thread the whole stack.
/// What he starts meanwhile inherits it: so it is for the last of the room, and lifted where there is more. For one
/// thread; nothing but opening it allocates.
/// </summary>
sealed unsafe partial class DataLimit : IDisposable
{
    const int Resource = 2;

    static readonly ulong AtStart = TryGet(Environment.ProcessId, out var now) ? now.Soft : ulong.MaxValue;

    readonly int processId;
    readonly KernelFile status;
    readonly byte[] buffer = new byte[4096];
    readonly bool isOwn;
    bool isSet;

    DataLimit(int processId, KernelFile status, bool isOwn) =>
        (this.processId, this.status, this.isOwn) = (processId, status, isOwn);

    /// <summary>
    /// Of this process; null where it cannot be had, or this is the ordinary runtime, which maps much that it never
    /// writes to.
    /// </summary>
    public static DataLimit? OfThisProcess() =>
        RuntimeFeature.IsDynamicCodeSupported ? null : Open(Environment.ProcessId, isOwn: true);

    /// <summary>
    /// Of a child, from when on it <see cref="Announce"/>s itself: until then its runtime maps stacks of 8 MiB. Null
    /// where it cannot be had.
    /// </summary>
    public static DataLimit? OfChild(int processId) => Open(processId, isOwn: false);

    static DataLimit? Open(int processId, bool isOwn)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        return KernelFile.TryOpen(path, out var status, out _)
            ? new DataLimit(processId, status, isOwn) : null;
    }

    /// <summary>A child's word that it has begun: it has a byte less than what it was started with.</summary>
    public void Announce() => Set(AtStart - 1);

    /// <summary>From now on it may map so much more; where it is negative, nothing.</summary>
    public void Allow(Bytes more)
    {
        if (KernelText.Field(status.Read(buffer), "VmData"u8) is not { } mapped) return;
        if (!isOwn && !isSet && !HasAnnounced()) return;
        isSet = true;
        Set((ulong)(mapped + Math.Max(0, more.Count)));
    }

    /// <summary>It may map what it likes, as before.</summary>
    public void Lift()
    {
        if (!isSet) return;
        isSet = false;
        Set(isOwn ? AtStart : AtStart - 1);
    }

    /// <summary>As it is, it stays.</summary>
    public void Dispose() => status.Dispose();

    bool HasAnnounced() => TryGet(processId, out var now) && now.Soft != AtStart;

    // What the process may not have, or has no more, it does not get: then all is as it was without.
    void Set(ulong soft)
    {
        if (!TryGet(processId, out var now)) return;
        now.Soft = Math.Min(soft, Math.Min(AtStart, now.Hard));
        _ = Limit(processId, Resource, &now, null);
    }

    static bool TryGet(int processId, out Pair now)
    {
        fixed (Pair* found = &now) return Limit(processId, Resource, null, found) == 0;
    }

    // struct rlimit of 64-bit systems.
    struct Pair
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int Limit(int processId, int resource, Pair* wanted, Pair* found);
}
