namespace LeanLoad.Users;

/// <summary>
/// Arrivals that wait for a free user, by when they were due, first come first served. 8 bytes each, in a ring that
/// grows by doubling.
/// </summary>
sealed class DueQueue
{
    /// <summary>
    /// More than this do not wait: 512 KiB a loop. At 10,000 arrivals/s, 6.5 seconds without any free user.
    /// </summary>
    public const int Capacity = 1 << 16;

    long[] ring = new long[16];
    int head;

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>Adds one at the end; not when full.</summary>
    public void Add(long dueAt)
    {
        if (Count == ring.Length)
        {
            var larger = new long[ring.Length * 2];
            for (var index = 0; index < Count; index++) larger[index] = ring[(head + index) & (ring.Length - 1)];
            (ring, head) = (larger, 0);
        }

        ring[(head + Count++) & (ring.Length - 1)] = dueAt;
    }

    /// <summary>Takes the one that has waited longest; there is one.</summary>
    public long Take()
    {
        var dueAt = ring[head];
        head = (head + 1) & (ring.Length - 1);
        Count--;
        return dueAt;
    }
}
