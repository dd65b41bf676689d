namespace LeanLoad.Memory;

/// <summary>Memory without garbage, at one moment.</summary>
/// <param name="Amount">Of all that is charged and not reclaimable: where what was allocated since the last full
/// collection is garbage.</param>
/// <param name="Most">Where none of it is; the same right after one.</param>
/// <param name="Managed">Of the amount on the managed heap: what the last full collection left.</param>
readonly record struct Kept(Bytes Amount, Bytes Most, Bytes Managed);

/// <summary>
/// Leaves garbage out of readings. Right after a full collection it is known what is kept; from then on what was
/// allocated since may be garbage, all of it or none. Allocates nothing.
/// </summary>
sealed class KeptMemory
{
    /// <summary>So long a full collection's figure is the best there is.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    Bytes surviving;
    Bytes committed;
    Bytes settled;
    TimeSpan settledAt = TimeSpan.MinValue / 2;

    /// <summary>As of the latest reading.</summary>
    public Kept Now { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="time">Since the run started.</param>
    /// <param name="reading">Memory.</param>
    public void Look(TimeSpan time, in MemoryReading reading)
    {
        if (reading.Surviving != surviving)
        {
            (surviving, committed) = (reading.Surviving, reading.Committed);
            (settled, settledAt) = (reading.Unreclaimable - committed + surviving, time);
        }

        if (time - settledAt < Fresh)
        {
            Now = new Kept(settled, settled, surviving);
            return;
        }

        // It fills what lay free first, which was charged already.
        var (free, since) = (committed - surviving, reading.Live - surviving);
        if (since < Bytes.Zero) since = Bytes.Zero;
        var least = reading.Unreclaimable - (since > free ? since : free);
        Now = new Kept(least, least + since, surviving);
    }
}
