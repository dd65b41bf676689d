using System.Diagnostics;

namespace LeanLoad.Loop;

/// <summary>What a loop is to run on its next turn, in the order in which any thread handed it over.</summary>
/// <param name="onRefused">Told, on the thread that posts, that there is no memory for more.</param>
/// <param name="make">Makes room for so many; null: as usual.</param>
sealed class PostedWork(
    Action<OutOfMemoryException> onRefused, Func<int, List<PostedWork.Item>>? make = null)
{
    /// <summary>Room from the beginning: who posts may find no memory to make it.</summary>
    public const int FirstRoom = 32;

    /// <summary>Room that is kept once it was made.</summary>
    const int SmallRoom = 1024;

    /// <summary>Turns in a row that must have needed little room before it is given back.</summary>
    const int CalmTurns = 1000;

    readonly Lock gate = new();
    readonly Func<int, List<Item>> make = make ?? (static room => new List<Item>(room));
    List<Item> posted = new(FirstRoom);
    List<Item> taken = new(FirstRoom);
    volatile bool isClosed;
    volatile bool isRefused;
    int calmTurns;
    int asking;
    long asksAgainAt;

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
            using (Enter()) return posted.Count > 0 || isClosed;
        }
    }

    /// <summary>Whether the loop is to end, and nothing is left to be run before.</summary>
    public bool IsOver
    {
        get
        {
            using (Enter()) return isClosed && posted.Count == 0;
        }
    }

    bool IsFull => posted.Count == posted.Capacity;

    /// <summary>The loop is to end once it has run what is there.</summary>
    public void Close()
    {
        using (Enter()) isClosed = true;
    }

    /// <summary>Hands work over, on the loop's own thread.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for more: the loop itself must make room.</exception>
    public void Add(in Item item)
    {
        // Others may fill it meanwhile.
        while (!TryAdd(item, out _)) Enlarge(make(posted.Capacity * 2));
    }

    /// <summary>
    /// Hands work over, from another thread: where there is no memory for more it waits until the loop has made room.
    /// One that is to end may never do so: it is handed nothing then.
    /// </summary>
    /// <returns>Whether the loop may have to be woken for it.</returns>
    /// <remarks>
    /// To ask for memory may cost a full collection each time, in which everything stands still, the loop among it. So
    /// of all who wait one asks at a time, and no more than half of the time.
    /// </remarks>
    public bool AddPatiently(in Item item)
    {
        while (true)
        {
            if (TryAdd(item, out var isFirst)) return isFirst;
            if (TryEnlarge(out var wait)) continue;
            if (isClosed && isRefused) return false;
            // A millisecond more: sleeps are cut to whole ones.
            Thread.Sleep(wait + TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Takes all that is there, to be run; <see cref="Return"/> is to follow.</summary>
    public List<Item> Take()
    {
        using (Enter()) (posted, taken) = (taken, posted);
        return taken;
    }

    /// <summary>What was taken has been run.</summary>
    public void Return()
    {
        GiveBackRoom(taken.Count);
        taken.Clear();
        isRefused = false;
    }

    bool TryAdd(in Item item, out bool isFirst)
    {
        using (Enter())
        {
            isFirst = posted.Count == 0;
            if (IsFull) return false;
            posted.Add(item);
            return true;
        }
    }

    bool TryEnlarge(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (Interlocked.Exchange(ref asking, 1) != 0) return false;
        try
        {
            var began = Stopwatch.GetTimestamp();
            wait = Stopwatch.GetElapsedTime(began, asksAgainAt);
            if (wait > TimeSpan.Zero) return false;
            try
            {
                Enlarge(make(posted.Capacity * 2));
                isRefused = false;
                return true;
            }
            catch (OutOfMemoryException refused)
            {
                isRefused = true;
                onRefused(refused);
                wait = Stopwatch.GetElapsedTime(began);
                asksAgainAt = Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency);
                return false;
            }
        }
        finally
        {
            Volatile.Write(ref asking, 0);
        }
    }

    // The larger list is made before, so that nobody waits for the gate while memory is asked for.
    void Enlarge(List<Item> larger)
    {
        using (Enter())
        {
            if (!IsFull || larger.Capacity <= posted.Count) return;
            larger.AddRange(posted);
            posted = larger;
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

    Entered Enter() => new(gate);

    /// <summary>
    /// The gate, held for no longer than it takes to copy the list. Not <c>lock</c>: where another has it, that makes
    /// an event to wait for, for which there may be no memory, and a loop that is refused it would end.
    /// </summary>
    readonly ref struct Entered
    {
        readonly Lock gate;

        public Entered(Lock gate)
        {
            this.gate = gate;
            var spin = new SpinWait();
            while (!gate.TryEnter()) spin.SpinOnce(sleep1Threshold: -1);
        }

        public void Dispose() => gate.Exit();
    }
}
