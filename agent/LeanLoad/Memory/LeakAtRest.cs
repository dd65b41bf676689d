namespace LeanLoad.Memory;

/// <summary>
/// Of what is in use some is garbage, which may decide whether what grows fills its room, and before the run ends: so
/// no run is stopped for that before memory has been read without, unless no collection may be asked for. For the
/// control thread alone; a look that reads nothing allocates nothing.
/// </summary>
/// <param name="rest">Reads memory at rest, and says how long everything stood still for that.</param>
/// <param name="clock">The time since any moment.</param>
sealed class LeakAtRest(Func<Crowd, (MemoryReading Reading, TimeSpan Paused)> rest, Func<TimeSpan> clock)
{
    /// <summary>Between two rests at the least, and how many times as long as one takes.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    const int TimesAsLong = 50;

    /// <summary>
    /// And at the most, however long they take: what fills its room no sooner than that is found again in time.
    /// </summary>
    static readonly TimeSpan Most = Governor.Notice / 2;

    TimeSpan? holdsUntil;

    /// <summary>What the governor is to decide about.</summary>
    /// <param name="now">As it was read last.</param>
    /// <param name="crowd">Who is there.</param>
    /// <param name="mayCollect">Whether a full collection may be asked for.</param>
    public Situation Look(in Situation now, in Crowd crowd, bool mayCollect)
    {
        if (!Governor.IsFilling(now)) return now;
        if (clock() < holdsUntil) return now with { Leak = null };
        if (!mayCollect || !Governor.CanCollect(now)) return now;
        var (reading, paused) = rest(crowd);
        var rested = now with { Reading = reading };
        if (Governor.IsFilling(rested)) return rested;
        var between = paused * TimesAsLong;
        holdsUntil = clock() + (between < Least ? Least : between > Most ? Most : between);
        return rested;
    }

    /// <summary>The limit is another one: what was found holds no longer.</summary>
    public void Forget() => holdsUntil = null;
}
