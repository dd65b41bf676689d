using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LeanLoad.HungryLoad;

/// <summary>
/// Writes down, twenty times a second, how long the collector has held everything up so far: so that whether an agent
/// thrashes is not told by the agent alone. Samples are two numbers of eight bytes, both in 100 ns: the machine's
/// clock, and the pauses. Allocates nothing once it has begun.
/// </summary>
static class Witness
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Begins where <c>HUNGRY_WITNESS</c> names a file; not in a bootstrap's child, which would write to the same.
    /// </summary>
    public static void Begin()
    {
        if (Environment.GetEnvironmentVariable("HUNGRY_WITNESS") is not { } path) return;
        if (Environment.GetEnvironmentVariable("LEANLOAD_BOOTSTRAP_CHILD") is not null) return;
#pragma warning disable CA2000 // Open as long as the process lives.
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
#pragma warning restore CA2000
        new Thread(() => Watch(file), maxStackSize: 128 << 10) { IsBackground = true, Name = "witness" }.Start();
    }

    static void Watch(SafeFileHandle file)
    {
        Span<long> sample = stackalloc long[2];
        for (var at = 0L; ; at += 2 * sizeof(long))
        {
            (sample[0], sample[1]) = (Stopwatch.GetElapsedTime(0).Ticks, GC.GetTotalPauseDuration().Ticks);
            RandomAccess.Write(file, MemoryMarshal.AsBytes(sample), at);
            Thread.Sleep(Every);
        }
    }
}
