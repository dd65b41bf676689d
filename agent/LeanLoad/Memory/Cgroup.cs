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
    readonly int innermost;
    readonly bool isAlone;
    readonly byte[] buffer;
    readonly KernelFile? pressure;
    Bytes? unseen;
    (string Path, string Text)? unreadFigures;

    Cgroup(
        CgroupPlace place, CgroupLevel[] levels, int innermost, IReadOnlyList<string> unread, bool isAlone,
        byte[] buffer)
    {
        (Version, Place, Unread) = (place.Version, place.Levels[0].Name, unread);
        if (place.Beside is { } v2) KernelFile.TryOpen(Path.Combine(v2, "memory.pressure"), out pressure, out _);
        (this.levels, this.innermost) = (levels, innermost);
        this.isAlone = isAlone;
        this.buffer = buffer;
    }

    /// <summary>The interface in use.</summary>
    public CgroupVersion Version { get; }

    /// <summary>
    /// The path of the innermost cgroup that has figures, for people; of the innermost where none has.
    /// </summary>
    public string Name => levels[innermost].Name;

    /// <summary>The path of the one that this process is in, whether it can be read or not, for people.</summary>
    public string Place { get; }

    /// <summary>
    /// Which of the cgroups between here and the top cannot be read, why, and what counts instead; for people.
    /// </summary>
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
        string? first = null;
        foreach (var (directory, name) in place.Levels)
        {
            if (CgroupLevel.TryOpen(place.Version, directory, name, out var level, out problem)) levels.Add(level);
            else unread.Add($"{problem}. What that cgroup limits is not known; those around it count.");
            first ??= problem;
        }

        if (levels.Count == 0)
        {
            problem = first!;
            return false;
        }

        // Where the innermost has no figures, the next one's have this process in them, too. Where none has any, that
        // is said at the first reading.
        var innermost = levels.FindIndex(static level => level.Problem is null);
        foreach (var level in levels.Where(level => level.Problem is not null && innermost >= 0))
        {
            unread.Add($"{level.Problem}. Its limit counts all the same; what is charged there is not known.");
        }

        innermost = Math.Max(0, innermost);
        var isAlone = CgroupMembers.AreOnlyOurs(root, levels[innermost].Directory);
        cgroup = new Cgroup(place, [.. levels], innermost, unread, isAlone, buffer);
        problem = null;
        return true;
    }

    /// <summary>Reads the innermost cgroup's figures and the limits of all.</summary>
    /// <param name="reading">What they said; the limits, too, where the figures cannot be read.</param>
    /// <param name="problem">Why there are no figures, for people.</param>
    /// <param name="estimate">What this process takes by its own figures: counts where there are none.</param>
    /// <returns>False where a file of the figures vanished or holds garbage.</returns>
    public bool TryRead(
        out CgroupReading reading, [NotNullWhen(false)] out string? problem, Bytes estimate = default)
    {
        var isRead = levels[innermost].TryRead(buffer, out reading, out var inherited, out var path);
        problem = isRead ? null : levels[innermost].Problem ?? WithoutFigures(path!);
        var own = isRead ? reading.Unreclaimable : estimate;
        var hasOwnLimit = false;
        UnreadLimit = null;
        for (var at = 0; at < levels.Length; at++)
        {
            var isLimited = levels[at].TryReadLimit(buffer, out var limit);
            if (!levels[at].IsLimitKnown) UnreadLimit ??= levels[at].LimitPath;
            if (!isLimited) continue;
            hasOwnLimit |= at == innermost;
            if (limit == inherited) inherited = null;
            // Where figures speak of others, too, this process is what it says itself.
            var ours = isAlone || hasOwnLimit ? own : estimate;
            var used = isRead ? Used(at, own, ours, limit - reading.Room) : UsedAsKnown(at, estimate);
            Tighten(ref reading, limit, used, levels[at].Name);
            if (levels[at].ReadHits(buffer) is not { } hits) continue;
            reading = reading with { LimitHits = (reading.LimitHits ?? 0) + hits };
        }

        // A limit that no visible cgroup sets: others may use it too, how much cannot be known.
        if (isRead) unseen = inherited;
        if (unseen is { } above) Tighten(ref reading, above, own, Unseen);
        if (problem is not null) return false;
        reading = reading with { IsOurs = isAlone || hasOwnLimit, Stalled = ReadStall() };
        return true;
    }

    /// <summary>
    /// Processes the kernel killed in the innermost cgroup for want of memory; null where unknown. Not part of a
    /// reading: who waits for a child process asks, nobody else.
    /// </summary>
    public long? ReadKills() => levels[innermost].ReadKills(buffer);

    /// <inheritdoc/>
    public void Dispose()
    {
        pressure?.Dispose();
        foreach (var level in levels) level.Dispose();
    }

    TimeSpan? ReadStall() => levels[innermost].ReadStall(buffer)
        ?? (pressure is not null ? KernelText.Stall(pressure.Read(buffer)) : null);

    // What counts against a level's limit, others' part of which is kept for when there are no figures. Of an enclosing
    // one all that is charged there, page cache and all, where even that is no more than matters: statistics are the
    // dearest of its files.
    Bytes Used(int at, Bytes own, Bytes ours, Bytes? matters)
    {
        if (at < innermost) return ours;
        var (level, used, isCharge) = (levels[at], own, false);
        if (at > innermost)
        {
            isCharge = level.TryReadCharged(buffer, out used) && used <= matters;
            if (!isCharge && !level.TryReadUnreclaimable(buffer, out used)) used = own;
        }

        level.Others = used > ours ? used - ours : Bytes.Zero;
        level.IsOthersCharge = isCharge;
        return used;
    }

    Bytes UsedAsKnown(int at, Bytes estimate)
    {
        var level = levels[at];
        if (level is { Others: { } known, IsOthersCharge: false }) return estimate + known;
        if (!level.TryRead(buffer, out var now, out _, out _)) return estimate + (level.Others ?? Bytes.Zero);
        return now.Unreclaimable > estimate ? now.Unreclaimable : estimate;
    }

    // Made once: without figures there may be readings for all of a run.
    string WithoutFigures(string path)
    {
        if (unreadFigures is not { } known || known.Path != path)
        {
            unreadFigures = known = (path, $"{path} cannot be read or holds no figures that are known");
        }

        return known.Text;
    }

    static void Tighten(ref CgroupReading reading, Bytes limit, Bytes used, string name)
    {
        var room = limit - used;
        if (reading.Room is { } least && least <= room) return;
        reading = reading with { Limit = limit, LimitName = name, Room = room };
    }
}
