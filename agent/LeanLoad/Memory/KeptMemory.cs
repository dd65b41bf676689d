namespace LeanLoad.Memory;

/// <summary>Memory without garbage, at one moment.</summary>
/// <param name="Amount">Of all that is charged and not reclaimable; at the least, where no collection was full just
/// now.</param>
/// <param name="Managed">Of it on the managed heap: what the last full collection left.</param>
readonly record struct Kept(Bytes Amount, Bytes Managed);

/// <summary>
/// Leaves garbage out of readings. Right after a full collection it is known what is kept; from then on what was
/// allocated since may be garbage, all of it. Allocates nothing.
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

        var garbage = reading.Live - surviving;
        if (garbage < Bytes.Zero) garbage = Bytes.Zero;
        var least = reading.Unreclaimable - (committed - surviving) - garbage;
        Now = new Kept(time - settledAt < Fresh ? settled : least, surviving);
    }
}
