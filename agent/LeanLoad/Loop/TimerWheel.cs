using System.Diagnostics;

namespace LeanLoad.Loop;

/// <summary>Who is told that a time has come.</summary>
interface ITimerTarget
{
    void OnTimer();
}

/// <summary>
/// Pending times of one loop, in milliseconds: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987) of 4 levels
/// with 256 slots, so that adding, removing and firing are constant-time whatever the number of users. A time fires
/// never early and at most one step late; one beyond 2^32 ms (49 days) fires then. 24 bytes a pending time, in one
/// array that grows by doubling; nothing is allocated in the steady state.
/// </summary>
sealed class TimerWheel
{
    const int LevelBits = 8;
    const int SlotsPerLevel = 1 << LevelBits;
    const int Levels = 4;
    const int Nothing = -1;

    readonly int[] heads = new int[Levels * SlotsPerLevel];
    Node[] nodes = new Node[64];
    int free = Nothing;
    int used;
    long now;

    public TimerWheel() => Array.Fill(heads, Nothing);

    /// <summary>How many times are pending.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Asks for <paramref name="target"/> to be told at <paramref name="dueMs"/>; a time that has passed fires with the
    /// next step.
    /// </summary>
    /// <returns>A handle for <see cref="Cancel"/>, good until it fires.</returns>
    public int Add(long dueMs, ITimerTarget target)
    {
        var index = Take();
        nodes[index].Due = Math.Clamp(dueMs, now + 1, now + uint.MaxValue);
        nodes[index].Target = target;
        Link(index);
        Count++;
        return index;
    }

    /// <summary>Forgets a pending time.</summary>
    public void Cancel(int handle)
    {
        Unlink(handle);
        Release(handle);
    }

    /// <summary>Fires, in order of time, all that is due by <paramref name="timeMs"/>.</summary>
    public void AdvanceTo(long timeMs)
    {
        // What a target that threw has left behind.
        Fire((int)(now & (SlotsPerLevel - 1)));
        while (now < timeMs)
        {
            if (Count == 0)
            {
                now = timeMs;
                return;
            }

            now++;
            for (var level = 1; level < Levels && (now & ((1L << (level * LevelBits)) - 1)) == 0; level++)
            {
                Spread(level);
            }

            Fire((int)(now & (SlotsPerLevel - 1)));
        }
    }

    /// <summary>
    /// Milliseconds until something may be due: exact within the nearest 256 ms, else a bound; -1 where nothing is
    /// pending.
    /// </summary>
    public int NextDueMs(long timeMs)
    {
        if (Count == 0) return -1;
        var late = timeMs - now;
        var first = (int)(now & (SlotsPerLevel - 1));
        for (var step = 1; step < SlotsPerLevel - first; step++)
        {
            if (heads[first + step] != Nothing) return (int)Math.Max(0, step - late);
        }

        return (int)Math.Max(0, SlotsPerLevel - first - late);
    }

    void Fire(int slot)
    {
        // One at a time from the head: a target that is told may add and cancel others of this very slot.
        while (heads[slot] != Nothing)
        {
            var index = heads[slot];
            var target = nodes[index].Target!;
            Debug.Assert(nodes[index].Due == now, "a time of another lap is in the slot that fires");
            Cancel(index);
            target.OnTimer();
        }
    }

    void Spread(int level)
    {
        var slot = level * SlotsPerLevel + (int)((now >> (level * LevelBits)) & (SlotsPerLevel - 1));
        var index = heads[slot];
        heads[slot] = Nothing;
        while (index != Nothing)
        {
            var next = nodes[index].Next;
            Link(index);
            index = next;
        }
    }

    void Link(int index)
    {
        ref var node = ref nodes[index];
        // The level is where due time and present differ first: the lap of that level still lies between them.
        var differing = (ulong)(node.Due ^ now);
        var level = differing == 0 ? 0
            : Math.Min(Levels - 1, (63 - System.Numerics.BitOperations.LeadingZeroCount(differing)) / LevelBits);
        var slot = level * SlotsPerLevel + (int)((node.Due >> (level * LevelBits)) & (SlotsPerLevel - 1));
        node.Slot = slot;
        node.Previous = Nothing;
        node.Next = heads[slot];
        if (node.Next != Nothing) nodes[node.Next].Previous = index;
        heads[slot] = index;
    }

    void Unlink(int index)
    {
        ref var node = ref nodes[index];
        if (node.Previous == Nothing) heads[node.Slot] = node.Next;
        else nodes[node.Previous].Next = node.Next;
        if (node.Next != Nothing) nodes[node.Next].Previous = node.Previous;
    }

    int Take()
    {
        if (free == Nothing)
        {
            if (used == nodes.Length) Array.Resize(ref nodes, used * 2);
            return used++;
        }

        var index = free;
        free = nodes[index].Next;
        return index;
    }

    void Release(int index)
    {
        nodes[index].Target = null;
        nodes[index].Next = free;
        free = index;
        Count--;
    }

    struct Node
    {
        public long Due;
        public ITimerTarget? Target;
        public int Next;
        public int Previous;
        public int Slot;
    }
}
