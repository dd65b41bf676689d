using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeanLoad.Memory;

/// <summary>
/// Lets a process map no more private memory than there is room for (man 2 prlimit, RLIMIT_DATA: since Linux 4.7 all
/// that is private and writable). Who takes memory faster than anybody looks is then refused it, and hears so from
/// malloc, where the kernel would kill him. What is mapped counts, written to or not: of a new thread the whole stack.
/// What he starts meanwhile inherits it for good. So it is for who takes what is left too fast to be watched, and
/// lifted when he does no more. For one thread; nothing but opening it allocates.
/// </summary>
sealed unsafe partial class DataLimit : IDisposable
{
    const int RlimitData = 2;

    /// <summary>A child's word that it has begun: a limit of so much, and what it has mapped by then.</summary>
    const ulong Begun = 1UL << 62;

    static readonly ulong AtStart = TryGet(Environment.ProcessId, out var now) ? now.Soft : ulong.MaxValue;

    static DataLimit? own;

    readonly int processId;
    readonly KernelFile status;
    readonly byte[] buffer = new byte[4096];
    readonly bool isOwn;
    ulong? begun;
    bool isSet;

    DataLimit(int processId, KernelFile status, bool isOwn) =>
        (this.processId, this.status, this.isOwn) = (processId, status, isOwn);

    /// <summary>
    /// Of this process; null where it cannot be had, or this is the ordinary runtime, which maps much that it never
    /// writes to.
    /// </summary>
    public static DataLimit? OfThisProcess() =>
        RuntimeFeature.IsDynamicCodeSupported ? null : own ??= Open(Environment.ProcessId, isOwn: true);

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

    /// <summary>Of a child: says that it has begun, and what it has mapped by now.</summary>
    public void Announce()
    {
        if (Mapped is { } mapped) Set(Begun + mapped);
    }

    /// <summary>From now on it may map so much more; where it is negative, nothing.</summary>
    /// <param name="more">From now on.</param>
    /// <param name="sinceBegun">A child in any case so much since it began; null: no more.</param>
    public void Allow(Bytes more, Bytes? sinceBegun = null)
    {
        if (Mapped is not { } mapped || (!isOwn && begun is null && !HasBegun())) return;
        isSet = true;
        var promised = begun + (ulong)Math.Max(0, (sinceBegun ?? default).Count);
        Set(Math.Max(mapped + (ulong)Math.Max(0, more.Count), promised ?? 0));
    }

    /// <summary>It may map what it likes, as before.</summary>
    public void Lift()
    {
        if (!isSet) return;
        isSet = false;
        Set(AtStart);
    }

    /// <summary>As it is, it stays. Not for this process's own.</summary>
    public void Dispose() => status.Dispose();

    ulong? Mapped => (ulong?)KernelText.Field(status.Read(buffer), "VmData"u8);

    bool HasBegun()
    {
        if (TryGet(processId, out var now) && now.Soft is > Begun and < 2 * Begun) begun = now.Soft - Begun;
        return begun is not null;
    }

    // What the process may not have, or has no more, it does not get: then all is as it was without.
    void Set(ulong soft)
    {
        if (!TryGet(processId, out var now)) return;
        now.Soft = Math.Min(soft, Math.Min(AtStart, now.Hard));
        _ = Limit(processId, RlimitData, &now, null);
    }

    static bool TryGet(int processId, out Pair now)
    {
        fixed (Pair* found = &now) return Limit(processId, RlimitData, null, found) == 0;
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
