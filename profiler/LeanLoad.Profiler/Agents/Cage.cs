using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LeanLoad.Memory;

namespace LeanLoad.Profiler.Agents;

/// <summary>
/// A memory cgroup with a hard limit, made for one agent: what a container's limit is, without a container. The kernel
/// counts in it and kills in it. Removed, with whatever still runs in it, when disposed of.
/// </summary>
sealed class Cage : IDisposable
{
    /// <summary>The group that all cages lie in.</summary>
    const string ParentName = "leanload";

    readonly string directory;
    readonly bool isVersion1;

    Cage(string directory, Bytes limit, bool isVersion1) =>
        (this.directory, Limit, this.isVersion1) = (directory, limit, isVersion1);

    /// <summary>The hard limit.</summary>
    public Bytes Limit { get; private set; }

    /// <summary>The limit of a cage that only counts: the kernel takes it for none.</summary>
    public static Bytes NoLimit { get; } = new(long.MaxValue & ~0xFFFL);

    /// <summary>
    /// Whether a cage's limit is on the buffers of sockets, too: on v2 it is, v1 counts them beside it.
    /// </summary>
    /// <param name="root">Where cgroups are mounted.</param>
    public static bool LimitsSockets(string root = "/sys/fs/cgroup") =>
        TryFindHierarchy(root, out _, out var isVersion1, out _) && !isVersion1;

    /// <summary>Charged now and not reclaimable: page cache apart. Null where the kernel does not say.</summary>
    public Bytes? ReadUnreclaimable()
    {
        var version = isVersion1 ? CgroupVersion.V1 : CgroupVersion.V2;
        if (!CgroupLevel.TryOpen(version, directory, directory, out var level, out _)) return null;
        using (level) return level.TryRead(new byte[8192], out var reading, out _, out _) ? reading.Unreclaimable
            : null;
    }

    /// <summary>What the kernel counts in it now.</summary>
    public CageReading Read() => CageReading.Read(directory);

    /// <summary>Makes a cage.</summary>
    /// <param name="limit">What its processes may be charged together; no swap beyond it.</param>
    /// <param name="cage">The cage.</param>
    /// <param name="problem">On failure, a sentence that says which right or file is missing.</param>
    /// <param name="root">Where cgroups are mounted.</param>
    public static bool TryCreate(
        Bytes limit, [NotNullWhen(true)] out Cage? cage,
        [NotNullWhen(false)] out string? problem, string root = "/sys/fs/cgroup")
    {
        cage = null;
        if (!TryFindHierarchy(root, out var hierarchy, out var isVersion1, out problem)) return false;
        var parent = Path.Combine(hierarchy, ParentName);
        var directory = Path.Combine(parent, $"{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
        try
        {
            Directory.CreateDirectory(parent);
            if (!isVersion1)
            {
                Write(hierarchy, "cgroup.subtree_control", "+memory");
                Write(parent, "cgroup.subtree_control", "+memory");
            }

            Directory.CreateDirectory(directory);
            SetLimits(directory, limit, isVersion1, isRaised: false);
            cage = new Cage(directory, limit, isVersion1);
            problem = null;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Remove(directory);
            Remove(parent);
            // Nor would a delegated cgroup do: on v2 one with processes in it, as that of this very process, may not
            // hand the controller down (Documentation/admin-guide/cgroup-v2.rst, "No Internal Process Constraint").
            problem = $"No memory cgroup can be made below {hierarchy}: {error.Message} It takes root.";
            return false;
        }
    }

    /// <summary>Changes the hard limit while processes run, as a pod's limit is changed in place.</summary>
    /// <returns>False where v1 refused, because more is in use than it could reclaim: it holds the old limit. v2 kills
    /// instead.</returns>
    public bool TryChange(Bytes limit)
    {
        try
        {
            SetLimits(directory, limit, isVersion1, isRaised: limit > Limit);
            Limit = limit;
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The same start, but inside the cage from its first instruction on; the process keeps its id.</summary>
    public ProcessStartInfo Enclose(ProcessStartInfo start)
    {
        // The shell enters the group and then becomes the program. Its arguments are passed on as they are, not as text
        // of the script.
        const string enter = "echo $$ > \"$0\" && exec \"$@\"";
        var enclosed = new ProcessStartInfo(
            "/bin/sh", ["-c", enter, Path.Combine(directory, "cgroup.procs"), start.FileName, .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
        };
        enclosed.Environment.Clear();
        foreach (var (name, value) in start.Environment) enclosed.Environment[name] = value;
        return enclosed;
    }

    /// <summary>Ends what still runs in the cage, and removes it.</summary>
    public void Dispose()
    {
        // A group can be removed once the kernel has let go of its last process, some milliseconds after that ended.
        for (var attempt = 0; Directory.Exists(directory) && attempt < 100; attempt++)
        {
            KillAll();
            if (Remove(directory)) break;
            Thread.Sleep(20);
        }

        // Other cages may be in use: then the parent stays, for the last of them to remove.
        _ = Directory.GetParent(directory) is { } parent && Remove(parent.FullName);
    }

    static bool TryFindHierarchy(
        string root, out string hierarchy, out bool isVersion1, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        hierarchy = Path.Combine(root, "memory");
        isVersion1 = File.Exists(Path.Combine(hierarchy, "memory.usage_in_bytes"));
        if (isVersion1) return true;
        hierarchy = root;
        try
        {
            var controllers = File.ReadAllText(Path.Combine(root, "cgroup.controllers"));
            if (controllers.Split(' ', '\n').Contains("memory")) return true;
            problem = $"The memory controller is not available in {root} (cgroup.controllers: {controllers.Trim()}).";
        }
        catch (IOException)
        {
            problem = $"{root} has neither a cgroup v1 memory hierarchy nor cgroup v2; a cage needs one of them.";
        }

        return false;
    }

    static void SetLimits(string directory, Bytes limit, bool isVersion1, bool isRaised)
    {
        var bytes = limit.Count.ToString(CultureInfo.InvariantCulture);
        if (!isVersion1)
        {
            Write(directory, "memory.max", bytes);
            if (File.Exists(Path.Combine(directory, "memory.swap.max"))) Write(directory, "memory.swap.max", "0");
            return;
        }

        // Memory + swap, where the kernel counts swap: no more than memory alone. It may not be below it at any time,
        // so it comes second, and first where both are raised.
        var countsSwap = File.Exists(Path.Combine(directory, "memory.memsw.limit_in_bytes"));
        if (countsSwap && isRaised) Write(directory, "memory.memsw.limit_in_bytes", bytes);
        Write(directory, "memory.limit_in_bytes", bytes);
        if (countsSwap && !isRaised) Write(directory, "memory.memsw.limit_in_bytes", bytes);
        // Socket buffers are counted from the first time this is written, whatever the value; -1 is no limit of their
        // own.
        if (File.Exists(Path.Combine(directory, "memory.kmem.tcp.limit_in_bytes")))
        {
            Write(directory, "memory.kmem.tcp.limit_in_bytes", "-1");
        }
    }

    /// <summary>Writes a control file; never creates one.</summary>
    static void Write(string directory, string file, string value)
    {
        var path = Path.Combine(directory, file);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    static bool Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: false);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // Busy, or gone already.
        }
    }

    void KillAll()
    {
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(directory, "cgroup.procs")))
            {
                using var left = Process.GetProcessById(int.Parse(line, CultureInfo.InvariantCulture));
                left.Kill();
            }
        }
        catch (Exception error) when (error is IOException or ArgumentException or InvalidOperationException)
        {
            // It ended meanwhile; the next attempt looks again.
        }
    }
}
