namespace LeanLoad.Memory;

/// <summary>
/// Room for pages that the engine takes from the system beside the heap: bodies that users keep. The control thread
/// says ten times and more in a second how much there is; between two of its readings a burst takes from it and is
/// refused at its end, so that no burst is faster than the guard. Thread-safe.
/// </summary>
sealed class PageRoom
{
    long left = long.MaxValue / 2;
    long mapped;
    long filled;

    /// <summary>Takes room for pages that are about to be mapped.</summary>
    /// <returns>False where there is not so much: the pages may not be mapped.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref left, -bytes) < 0)
        {
            Interlocked.Add(ref left, bytes);
            return false;
        }

        Interlocked.Add(ref mapped, bytes);
        return true;
    }

    /// <summary>Mapped pages were written to: from now on the kernel counts them.</summary>
    public void Fill(long bytes) => Interlocked.Add(ref filled, bytes);

    /// <summary>Gives mapped pages back.</summary>
    /// <param name="bytes">How much was mapped.</param>
    /// <param name="written">How much of it was written to.</param>
    public void Give(long bytes, long written)
    {
        Interlocked.Add(ref mapped, -bytes);
        Interlocked.Add(ref filled, -written);
        Interlocked.Add(ref left, bytes);
    }

    /// <summary>
    /// Sets the room by a reading: what it left, minus what is mapped and will only be charged when it is written to.
    /// </summary>
    public void Set(Bytes room) =>
        Volatile.Write(ref left, Math.Max(0, room.Count - Volatile.Read(ref mapped) + Volatile.Read(ref filled)));
}
