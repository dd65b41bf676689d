using System.Diagnostics;

namespace LeanLoad.Loop;

/// <summary>What a loop is to run on its next turn, in the order in which any thread handed it over.</summary>
/// <param name="onRefused">Told, on the thread that posts, that there is no memory for more.</param>
/// <param name="grow">Makes room for more; null: doubles it.</param>
sealed class PostedWork(Action<OutOfMemoryException> onRefused, Action<List<PostedWork.Item>>? grow = null)
{
    /// <summary>Room from the beginning: who posts may find no memory to make it.</summary>
    public const int FirstRoom = 32;

    /// <summary>Room that is kept once it was made.</summary>
    const int SmallRoom = 1024;

    /// <summary>Turns in a row that must have needed little room before it is given back.</summary>
    const int CalmTurns = 1000;

    readonly Lock gate = new();
    readonly Action<List<Item>> grow = grow ?? Double;
    List<Item> posted = new(FirstRoom);
    List<Item> taken = new(FirstRoom);
    bool isClosed;
    int calmTurns;
    long growsAt;

    /// <summary>One piece of work.</summary>
    /// <param name="Context">Whose it is.</param>
    /// <param name="Callback">What to call.</param>
    /// <param name="State">What with.</param>
    public readonly record struct Item(LoopContext Context, SendOrPostCallback Callback, object? State);

    /// <summary>Whether the loop has something to do at once: work, or to end.</summary>
    public bool IsPressing
    {
        get
        {
            lock (gate) return posted.Count > 0 || isClosed;
        }
    }

    /// <summary>Whether the loop is to end, and nothing is left to be run before.</summary>
    public bool IsOver
    {
        get
        {
            lock (gate) return isClosed && posted.Count == 0;
        }
    }

    /// <summary>The loop is to end once it has run what is there.</summary>
    public void Close()
    {
        lock (gate) isClosed = true;
    }

    /// <summary>Hands work over, on the loop's own thread.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for more: the loop itself must make room.</exception>
    public void Add(in Item item)
    {
        lock (gate)
        {
            if (posted.Count == posted.Capacity) grow(posted);
            posted.Add(item);
        }
    }

    /// <summary>
    /// Hands work over, from another thread: where there is no memory for more it waits until the loop has made room,
    /// or the run is over.
    /// </summary>
    /// <returns>Whether the loop may have to be woken for it.</returns>
    /// <remarks>
    /// To ask for memory may cost a full collection each time, in which everything stands still, the loop among it. So
    /// all who wait ask together no more than half of the time.
    /// </remarks>
    public bool AddPatiently(in Item item)
    {
        while (true)
        {
            var (wait, refused) = (TimeSpan.Zero, (OutOfMemoryException?)null);
            lock (gate)
            {
                var isFirst = posted.Count == 0;
                if (posted.Count < posted.Capacity || TryGrow(out wait, out refused))
                {
                    posted.Add(item);
                    return isFirst;
                }
            }

            if (refused is not null) onRefused(refused);
            // A millisecond more: sleeps are cut to whole ones.
            Thread.Sleep(wait + TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Takes all that is there, to be run; <see cref="Return"/> is to follow.</summary>
    public List<Item> Take()
    {
        lock (gate) (posted, taken) = (taken, posted);
        return taken;
    }

    /// <summary>What was taken has been run.</summary>
    public void Return()
    {
        GiveBackRoom(taken.Count);
        taken.Clear();
    }

    bool TryGrow(out TimeSpan wait, out OutOfMemoryException? refused)
    {
        var began = Stopwatch.GetTimestamp();
        (wait, refused) = (Stopwatch.GetElapsedTime(began, growsAt), null);
        if (wait > TimeSpan.Zero) return false;
        try
        {
            grow(posted);
            return true;
        }
        catch (OutOfMemoryException fault)
        {
            (wait, refused) = (Stopwatch.GetElapsedTime(began), fault);
            growsAt = Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency);
            return false;
        }
    }

    /// <summary>
    /// Ten thousand users who begin in one turn leave half a megabyte behind: lists that have long been much too large
    /// are made anew.
    /// </summary>
    void GiveBackRoom(int count)
    {
        calmTurns = count * 8 > taken.Capacity ? 0 : calmTurns + 1;
        if (taken.Capacity <= SmallRoom || calmTurns < CalmTurns) return;
        calmTurns = 0;
        try
        {
            taken = new(FirstRoom);
        }
        catch (OutOfMemoryException)
        {
            // The old one does as well, and there is nobody above.
        }
    }

    static void Double(List<Item> full) => full.EnsureCapacity(full.Capacity * 2);
}
