namespace LeanLoad.Memory;

/// <summary>
/// Keeps the managed heap's hard limit at what the budget leaves: what grows outside of the heap takes from it, a limit
/// that is raised gives to it. So managed growth, however fast between two readings, ends in an OutOfMemoryException
/// that can be caught, never in a kill. For the control thread alone.
/// </summary>
/// <param name="settings">How the collector is set.</param>
/// <param name="apply">Sets a limit in the running process; false where the heap is larger already.</param>
sealed class HeapLimit(GcSettings settings, Func<Bytes, bool> apply)
{
    /// <summary>
    /// What full collections take beside a heap that has large objects, while everybody waits for them. One user who
    /// parses 73 MiB in 48 MiB was killed in 8 of 120 runs where nothing was kept for that, in none of 175 with 1.5 MiB
    /// or one; one who parses 37 in 24 MiB in 12 of 100, then in one. Users of small objects never came so close.
    /// </summary>
    public static Bytes BesideLarge(in MemoryReading reading) =>
        reading.Large.Allocated > Bytes.FromMiB(1) ? Bytes.FromMiB(1.5) : Bytes.Zero;

    /// <summary>Less is not worth stopping all threads for.</summary>
    static Bytes LeastStep => Bytes.FromKiB(256);

    /// <summary>More than any budget, and less than the 8 GiB of addresses that the collector reserves.</summary>
    public static Bytes Unbounded => Bytes.FromMiB(7 << 10);

    Bytes outside;
    Bytes least;
    int seenCollections = -1;
    Bytes allocatedThen;
    Bytes refused;
    int refusedAt = -1;
    bool isOpen;

    /// <summary>Of this process.</summary>
    public HeapLimit(GcSettings settings)
        : this(settings, limit => settings.WithLimit(limit).TryApply(out _))
    {
    }

    /// <summary>The limit in force; null where there is none.</summary>
    public Bytes? Limit { get; private set; } = settings.HardLimit;

    /// <summary>Sets the limit anew where it has moved.</summary>
    /// <param name="reading">Memory now.</param>
    /// <param name="budget">What may be in use, everything counted.</param>
    /// <param name="reserve">What of it is kept for the end.</param>
    public void Follow(in MemoryReading reading, Bytes budget, Bytes reserve)
    {
        if (isOpen) return;
        var target = budget - Outside(reading) - reserve;
        // Below what it has, the collector takes no limit: then it may at least not grow.
        if (target < reading.Committed) target = reading.Committed + LeastStep;
        if (Limit is { } limit && Math.Abs((target - limit).Count) < LeastStep.Count) return;
        // It has not shrunk since: that takes a collection.
        if (reading.Collections == refusedAt && target <= refused) return;
        refusedAt = reading.Collections;
        refused = SetLeast(target);
    }

    /// <summary>
    /// Whether everything together stays within a budget even where the heap grows to its limit. It may not for as long
    /// as it had more when a limit was lowered, and then no collection is to be asked for: while it moves what lives
    /// together, a full one took up to 9.5 MiB beside 34.
    /// </summary>
    public bool IsWithin(Bytes budget) => Limit is not { } limit || limit + outside <= budget;

    /// <summary>
    /// Gives the heap its share of another budget, as at the start: what is outside of it is not followed yet, for a
    /// child process whose memory comes and goes is part of that.
    /// </summary>
    /// <param name="budget">Null where none is known any more.</param>
    /// <param name="connections">TCP connections planned.</param>
    public void Share(Bytes? budget, int connections)
    {
        if (GcSettings.For(budget, connections).HardLimit is { } share) SetLeast(share);
        else Lift();
    }

    /// <summary>No budget is known any more: the heap may grow.</summary>
    public void Lift()
    {
        if (Limit is not null && !isOpen && apply(Unbounded)) Limit = null;
    }

    /// <summary>
    /// Takes what is outside of the heap from a reading right after a collection, when what is committed is known.
    /// Until the next one it counts as the least: a later figure may be below it only because what was committed has
    /// been given back since.
    /// </summary>
    public void Rest(in MemoryReading reading)
    {
        least = reading.Unreclaimable - reading.Committed;
        if (least < Bytes.Zero) least = Bytes.Zero;
        outside = least;
    }

    /// <summary>
    /// Gives the heap all but a quarter of the reserve, for good: the run ends, and its results are to be written.
    /// </summary>
    public void Open(Bytes reserve)
    {
        if (Limit is not { } limit || isOpen) return;
        isOpen = true;
        var wider = limit + reserve * 0.75;
        if (apply(wider)) Limit = wider;
    }

    // What it has is known as of the last collection; it refuses what is below what it has come to since. So the least
    // that it takes is searched for, down from what is in force. Returned is the most that it refused.
    Bytes SetLeast(Bytes wanted)
    {
        if (TrySet(wanted)) return Bytes.Zero;
        for (var taken = Limit ?? Unbounded; taken - wanted > LeastStep;)
        {
            var between = wanted + (taken - wanted) * 0.5;
            if (TrySet(between)) taken = between;
            else wanted = between;
        }

        return wanted;
    }

    bool TrySet(Bytes limit)
    {
        if (!apply(limit)) return false;
        Limit = limit;
        return true;
    }

    /// <summary>
    /// What is charged and not the heap's. What the heap has committed is known as of the last collection; since then
    /// it may have grown by what was allocated since. So there is an interval, and the figure before stays where it
    /// lies within.
    /// </summary>
    Bytes Outside(in MemoryReading reading)
    {
        if (reading.Collections != seenCollections)
        {
            (seenCollections, allocatedThen) = (reading.Collections, reading.Allocated);
        }

        var most = reading.Unreclaimable - reading.Committed;
        var surely = most - (reading.Allocated - allocatedThen);
        if (outside < surely) outside = surely;
        if (outside > most) outside = most;
        if (outside < least) outside = least;
        return outside;
    }
}
