namespace LeanLoad.Memory;

/// <summary>Memory without garbage, at one moment.</summary>
/// <param name="Amount">Of all that is charged and not reclaimable: where what was allocated since the last full
/// collection is garbage.</param>
/// <param name="Most">Where none of it is; the same right after one.</param>
/// <param name="Managed">Of the amount on the managed heap: what the last full collection left.</param>
readonly record struct Kept(Bytes Amount, Bytes Most, Bytes Managed);

/// <summary>
/// Leaves garbage out of readings. What is beside the heap is known right after a collection; between two it lies
/// within bounds, and stays as it was as far as they let it. Of the heap what the last full collection left is kept,
/// and what was allocated since may be, all of it or none. Allocates nothing.
/// </summary>
sealed class KeptMemory
{
    Bytes beside;

    /// <summary>As of the latest reading.</summary>
    public Kept Now { get; private set; }

    /// <summary>Takes a reading.</summary>
    public void Look(in MemoryReading reading)
    {
        if (beside < reading.BesideHeap) beside = reading.BesideHeap;
        var most = reading.Unreclaimable - reading.Committed;
        if (beside > most) beside = most;
        var live = reading.Live > reading.Surviving ? reading.Live : reading.Surviving;
        Now = new Kept(beside + reading.Surviving, beside + live, reading.Surviving);
    }
}
