using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>
/// This process's memory cgroup as a source that may fail: there may be none, its files may vanish when the process is
/// moved, or hold what nobody knows. What became of it, and what counts instead, is said; a lost one is looked for anew
/// once a second. A reading that succeeds allocates nothing.
/// </summary>
sealed class CgroupSource : IDisposable
{
    static readonly TimeSpan LookAnewEvery = TimeSpan.FromSeconds(1);

    static readonly TimeSpan RarestLook = TimeSpan.FromMinutes(1);

    /// <summary>More are not told, whatever comes and goes.</summary>
    const int MostProblems = 100;

    const string OwnFigures = "The process's own figures are summed up instead";

    readonly string root;
    readonly byte[] buffer;
    readonly List<string> problems;
    readonly KernelFile? membership;
    Cgroup? cgroup;
    int member;
    int? unfollowed;
    TimeSpan openAnewAfter;
    long openedAt;
    long lookedForMovesAt = Stopwatch.GetTimestamp();
    long lookedAnewAt;
    bool isLost;
    Bytes? lastLimit;
    string? unreadLimit;

    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read.</param>
    /// <param name="buffer">Scratch for reading.</param>
    /// <param name="problems">Where it is said, for people.</param>
    public CgroupSource(string root, byte[] buffer, List<string> problems)
    {
        (this.root, this.buffer, this.problems) = (root, buffer, problems);
        if (KernelFile.TryOpen(Path.Combine(root, "proc/self/cgroup"), out membership, out _)) member = Membership();
        if (Cgroup.TryOpen(root, buffer, out cgroup, out var problem)) TellUnread();
        else Add($"No memory cgroup is read: {problem}. {OwnFigures}, and no limit is known.");
    }

    /// <summary>The innermost cgroup's path, for people; null where there is none.</summary>
    public string? Name => cgroup?.Name;

    /// <summary>
    /// Reads it; false where there is none, or none whose figures can be read now: then limits are all that is read.
    /// </summary>
    /// <param name="estimate">What this process takes by its own figures.</param>
    /// <param name="reading">What it said.</param>
    public bool TryRead(Bytes estimate, out CgroupReading reading)
    {
        reading = default;
        if (cgroup is null) return false;
        FollowMove();
        if (!cgroup.TryRead(out reading, out var problem, estimate))
        {
            if (!TryLookAnew(problem, estimate, ref reading)) return false;
        }
        else if (isLost) Found();

        lastLimit = reading.Limit;
        NoticeUnreadLimit();
        return true;
    }

    /// <summary>Processes the kernel killed in it for want of memory; null where unknown.</summary>
    public long? ReadKills() => cgroup?.ReadKills();

    public void Dispose()
    {
        cgroup?.Dispose();
        membership?.Dispose();
    }

    // The files of the cgroup that a process has left go on to read well.
    void FollowMove()
    {
        if (membership is null || Stopwatch.GetElapsedTime(lookedForMovesAt) < LookAnewEvery) return;
        lookedForMovesAt = Stopwatch.GetTimestamp();
        var now = Membership();
        if (now == member)
        {
            unfollowed = null;
            return;
        }

        var isNew = now != unfollowed;
        if (!isNew && Stopwatch.GetElapsedTime(openedAt) < openAnewAfter) return;
        if (!Cgroup.TryOpen(root, buffer, out var found, out var problem))
        {
            // Asked for again, for it may not be set up yet; ever more rarely, for that takes memory.
            openAnewAfter = isNew ? LookAnewEvery : openAnewAfter * 2 < RarestLook ? openAnewAfter * 2 : RarestLook;
            (unfollowed, openedAt) = (now, Stopwatch.GetTimestamp());
            if (!isNew) return;
            Add($"This process was moved, and where to cannot be read: {problem}. The limits of memory cgroup "
                + $"{cgroup!.Name} go on to count.");
            return;
        }

        (member, unfollowed) = (now, null);
        if (found.Place == cgroup!.Place)
        {
            found.Dispose();
            return;
        }

        Add($"This process was moved from memory cgroup {cgroup.Place} to {found.Place}, whose limits count from now "
            + "on.");
        cgroup.Dispose();
        cgroup = found;
        TellUnread();
    }

    int Membership()
    {
        var hash = new HashCode();
        hash.AddBytes(membership!.Read(buffer));
        return hash.ToHashCode();
    }

    bool TryLookAnew(string problem, Bytes estimate, ref CgroupReading reading)
    {
        if (isLost && Stopwatch.GetElapsedTime(lookedAnewAt) < LookAnewEvery) return false;
        if (!isLost)
        {
            var limit = lastLimit is { } last ? $"the last known limit, {last}, goes on to count" : Tell(reading.Limit);
            Add($"{problem}. {OwnFigures}, and {limit}.");
        }

        (isLost, lookedAnewAt) = (true, Stopwatch.GetTimestamp());
        if (!Cgroup.TryOpen(root, buffer, out var found, out _)) return false;
        if (!found.TryRead(out var anew, out _, estimate))
        {
            found.Dispose();
            return false;
        }

        reading = anew;
        cgroup!.Dispose();
        cgroup = found;
        Found();
        TellUnread();
        return true;
    }

    void Found()
    {
        isLost = false;
        Add($"Memory is read again, from cgroup {cgroup!.Name}.");
    }

    void NoticeUnreadLimit()
    {
        if (cgroup!.UnreadLimit == unreadLimit) return;
        unreadLimit = cgroup.UnreadLimit;
        if (unreadLimit is null) return;
        Add($"{unreadLimit} cannot be read or holds no limit: {Tell(lastLimit)}.");
    }

    static string Tell(Bytes? limit) =>
        limit is { } known ? $"the limit that counts is {known}" : "no limit is known";

    void TellUnread()
    {
        foreach (var one in cgroup!.Unread) Add(one);
    }

    void Add(string problem)
    {
        if (problems.Count < MostProblems) problems.Add(problem);
    }
}
