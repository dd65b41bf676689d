using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Memory;

/// <summary>
/// The memory cgroup of this process and all that enclose it, v1 or v2, their files held open. A reading takes a few
/// system calls for each level, allocates nothing, and sees limits that changed since the last one.
/// </summary>
sealed class Cgroup : IDisposable
{
    /// <summary>The name of a limit that v1 reports from above what is mounted here.</summary>
    const string Unseen = "(enclosing, not visible from here)";

    readonly CgroupLevel[] levels;
    readonly bool isAlone;
    readonly byte[] buffer;

    Cgroup(
        CgroupVersion version, CgroupLevel[] levels, IReadOnlyList<string> unread, bool isAlone, byte[] buffer)
    {
        (Version, Unread) = (version, unread);
        this.levels = levels;
        this.isAlone = isAlone;
        this.buffer = buffer;
    }

    /// <summary>The interface in use.</summary>
    public CgroupVersion Version { get; }

    /// <summary>The innermost cgroup's path, for people.</summary>
    public string Name => levels[0].Name;

    /// <summary>Which of the cgroups between here and the top cannot be read, and why; for people.</summary>
    public IReadOnlyList<string> Unread { get; }

    /// <summary>
    /// Where a limit stands that could not be read the last time, so that the last known one counts, or none; null
    /// where all could.
    /// </summary>
    public string? UnreadLimit { get; private set; }

    /// <summary>Opens the cgroups of this process, or says why that cannot be done.</summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read; <c>/</c> but for tests.</param>
    /// <param name="buffer">Scratch for reading, 4 KiB or more; may be shared by readers of one thread.</param>
    /// <param name="cgroup">The open cgroups.</param>
    /// <param name="problem">What is missing or unreadable.</param>
    public static bool TryOpen(
        string root, byte[] buffer, [NotNullWhen(true)] out Cgroup? cgroup, [NotNullWhen(false)] out string? problem)
    {
        cgroup = null;
        if (!CgroupPlace.TryFind(root, out var place, out problem)) return false;
        var levels = new List<CgroupLevel>();
        var unread = new List<string>();
        foreach (var (directory, name) in place.Levels)
        {
            // Where the innermost cannot be read, the next one's figures have this process in them, too.
            if (CgroupLevel.TryOpen(place.Version, directory, name, out var level, out problem)) levels.Add(level);
            else unread.Add(problem);
        }

        if (levels.Count == 0)
        {
            problem = unread[0];
            return false;
        }

        var isAlone = CgroupMembers.AreOnlyOurs(root, levels[0].Directory);
        cgroup = new Cgroup(place.Version, [.. levels], unread, isAlone, buffer);
        problem = null;
        return true;
    }

    /// <summary>Reads the innermost cgroup's figures and the limits of all.</summary>
    /// <returns>False where a file vanished or holds garbage.</returns>
    public bool TryRead(out CgroupReading reading, [NotNullWhen(false)] out string? problem)
    {
        if (!levels[0].TryRead(buffer, out reading, out var inherited, out problem))
        {
            problem = $"{problem} cannot be read or holds no figures that are known";
            return false;
        }

        var own = reading.Unreclaimable;
        var hasOwnLimit = false;
        UnreadLimit = null;
        for (var at = 0; at < levels.Length; at++)
        {
            var isLimited = levels[at].TryReadLimit(buffer, out var limit);
            if (!levels[at].IsLimitKnown) UnreadLimit ??= levels[at].LimitPath;
            if (!isLimited) continue;
            hasOwnLimit |= at == 0;
            if (limit == inherited) inherited = null;
            var used = own;
            if (at > 0 && levels[at].TryRead(buffer, out var enclosing, out _, out _)) used = enclosing.Unreclaimable;
            Tighten(ref reading, limit, used, levels[at].Name);
            if (levels[at].ReadHits(buffer) is not { } hits) continue;
            reading = reading with { LimitHits = (reading.LimitHits ?? 0) + hits };
        }

        // A limit that no visible cgroup sets: others may use it too, how much cannot be known.
        if (inherited is { } unseen) Tighten(ref reading, unseen, own, Unseen);
        reading = reading with { IsOurs = isAlone || hasOwnLimit, Stalled = levels[0].ReadStall(buffer) };
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var level in levels) level.Dispose();
    }

    static void Tighten(ref CgroupReading reading, Bytes limit, Bytes used, string name)
    {
        var room = limit - used;
        if (reading.Room is { } least && least <= room) return;
        reading = reading with { Limit = limit, LimitName = name, Room = room };
    }
}
