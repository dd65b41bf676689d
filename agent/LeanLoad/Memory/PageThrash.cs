using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.Memory;

/// <summary>
/// Notices that pages of files, the program's own above all, are dropped and read from disk again and again. Where they
/// are charged to the agent's cgroup (in a container they are, as a rule), they live in what the limit leaves. Such a
/// run goes on, so it is not stopped; but its times are the disk's. For the control thread, once a second; a look that
/// finds nothing allocates nothing.
/// </summary>
/// <param name="faults">Page faults that waited for a disk since the process began; null where nobody counts.</param>
/// <param name="clock">The time since any moment.</param>
sealed partial class PageThrash(Func<long?> faults, Func<TimeSpan> clock)
{
    /// <summary>In a second, in each of three: a program that has started reads a few.</summary>
    const long Many = 100;

    const int Seconds = 3;

    static readonly TimeSpan Second = TimeSpan.FromSeconds(0.9);

    long? before = faults();
    TimeSpan since = clock();
    int seconds;
    bool isTold;

    /// <summary>Of this process.</summary>
    public PageThrash()
        : this(MajorFaults, static () => Stopwatch.GetElapsedTime(0))
    {
    }

    /// <summary>What is to be said of it, once; null where there is nothing to say.</summary>
    /// <param name="reading">Memory now.</param>
    /// <param name="ahead">What its room is less by, and such pages may use (<see cref="MemoryReader.Ahead"/>).</param>
    public string? Look(in MemoryReading reading, Bytes ahead)
    {
        var elapsed = clock() - since;
        // What is late is looked at more often, to catch up: that says nothing of a second.
        if (elapsed < Second) return null;
        var (now, then) = (faults(), before);
        (before, since) = (now, since + elapsed);
        var rate = (now - then) / elapsed.TotalSeconds;
        // With more room it is not the limit that drops them, but a file which is read for the first time.
        if (rate is not >= Many || reading is not { Limit: { } limit, Room: { } left }
            || left + ahead is var room && room >= ProgramPages.InUse)
        {
            seconds = 0;
            return null;
        }

        if (++seconds < Seconds || isTold) return null;
        isTold = true;
        var wanted = Math.Ceiling((limit + ProgramPages.InUse - room).MiB);
        return $"The limit of {limit} leaves {room} to pages of files, the program's own among them: they are dropped, "
            + $"and read from disk again, {rate:N0} a second, which the times of this run contain. A limit of "
            + $"{wanted:N0} MiB would spare it that.";
    }

    // Of struct rusage (man 2 getrusage, 18 longs on 64 bits) ru_majflt, of all threads.
    static unsafe long? MajorFaults()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var usage = stackalloc long[18];
        return GetUsage(0, usage) == 0 ? usage[9] : null;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetUsage(int who, long* usage);
}
