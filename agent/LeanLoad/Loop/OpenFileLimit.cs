namespace LeanLoad.Loop;

/// <summary>How many descriptors this process may have at once (man 2 getrlimit, RLIMIT_NOFILE).</summary>
static class OpenFileLimit
{
    /// <summary>
    /// What a process needs beside its connections: the standard streams, loops, logs, the journal, the diagnostics of
    /// a profiler; some are opened and closed again while it runs.
    /// </summary>
    const int Reserve = 32;

    /// <summary>Raises the soft limit to what is needed, as far as the hard one allows.</summary>
    /// <param name="connections">Connections planned at once.</param>
    /// <param name="needed">Descriptors that they need, with those in use now.</param>
    /// <param name="allowed">How many there may be at most.</param>
    /// <returns>Whether that suffices; true where the system has no such limit.</returns>
    public static unsafe bool TryRaise(long connections, out long needed, out long allowed)
    {
        (needed, allowed) = (connections + Reserve + InUse(), long.MaxValue);
        if (!OperatingSystem.IsLinux()) return true;
        var limits = stackalloc ulong[2];
        if (Libc.GetLimit(Libc.OpenFiles, limits) != 0) return true;
        var (soft, hard) = (limits[0], limits[1]);
        if (soft >= (ulong)needed) return true;
        limits[0] = Math.Min(hard, (ulong)Math.Max(needed, 1024));
        allowed = (long)Math.Min(Libc.SetLimit(Libc.OpenFiles, limits) == 0 ? hard : soft, long.MaxValue);
        return allowed >= needed;
    }

    static int InUse() =>
        Directory.Exists("/proc/self/fd") ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : 16;
}
