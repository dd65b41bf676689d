namespace LeanLoad.Memory;

/// <summary>
/// Room for pages that the engine takes from the system beside the heap: bodies that users keep. The control thread
/// says ten times and more in a second how much there is; between two of its readings a burst takes from it and is
/// refused at its end, so that no burst is faster than the guard. Thread-safe.
/// </summary>
sealed class PageRoom
{
    const long Unbounded = long.MaxValue / 2;

    long most = Unbounded;
    long mapped;
    long filled;

    /// <summary>
    /// Pages that are written to: what a reading that begins now will have counted of them, at the least.
    /// </summary>
    public Bytes Filled => new(Volatile.Read(ref filled));

    /// <summary>Takes room for pages that are about to be mapped.</summary>
    /// <returns>False where there is not so much: the pages may not be mapped.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref mapped, bytes) <= Volatile.Read(ref most)) return true;
        Interlocked.Add(ref mapped, -bytes);
        return false;
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
    }

    /// <summary>
    /// Sets the room by a reading: in all, what it left, and what it had counted already of the pages mapped. What is
    /// mapped or written to meanwhile takes from that, whenever it happens.
    /// </summary>
    /// <param name="room">What the reading left.</param>
    /// <param name="counted">What was <see cref="Filled"/> before the reading.</param>
    public void Set(Bytes room, Bytes counted) => Volatile.Write(ref most, (room + counted).Count);

    /// <summary>No budget is known any more: there is any room.</summary>
    public void Lift() => Volatile.Write(ref most, Unbounded);
}
