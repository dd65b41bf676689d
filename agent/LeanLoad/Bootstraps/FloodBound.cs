using LeanLoad.Memory;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Binds a process that takes memory so fast that the rest of it may be gone before anybody looks again: then it may
/// map no more than what is left, less half of what it takes to end. Nobody else is bound, for what is mapped counts
/// whether or not it is written to. Looking allocates nothing.
/// </summary>
/// <param name="allow">Lets it map so much more; a child also what its heap was promised.</param>
/// <param name="lift">Lets it map what it likes.</param>
sealed class FloodBound(Action<Bytes, Bytes?> allow, Action lift)
{
    /// <summary>
    /// Who would have taken what is left within this is bound: some looks, and one that comes late because the machine
    /// is crowded.
    /// </summary>
    static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(30);

    Pace pace;

    /// <summary>Of a process, by the kernel's limit.</summary>
    public FloodBound(DataLimit limit)
        : this(limit.Allow, limit.Lift)
    {
    }

    /// <summary>Whether it is bound.</summary>
    public bool IsBound { get; private set; }

    /// <summary>Whether it ever was.</summary>
    public bool WasBound { get; private set; }

    /// <summary>Told of every change; null: nobody wants to know.</summary>
    public Action<bool>? OnChange { get; init; }

    /// <summary>Binds or releases it.</summary>
    /// <param name="taken">What it took since the last look, but for a heap that has a limit of its own.</param>
    /// <param name="left">What is left.</param>
    /// <param name="ending">What of that it takes to end.</param>
    /// <param name="at">Now, on any clock.</param>
    /// <param name="promised">What a child may map in any case since it began.</param>
    public void Look(Bytes taken, Bytes left, Bytes ending, TimeSpan at, Bytes? promised = null)
    {
        var soon = new Bytes((long)(pace.Add(taken, at) * Horizon.TotalSeconds));
        // Nearly nothing is left also where somebody has come so far slowly.
        var isFlood = soon > left - ending && soon > ending * 0.5;
        if (isFlood || (IsBound && left < ending))
        {
            allow(left - ending * 0.5, promised);
            Tell(true);
        }
        else Release();
    }

    /// <summary>It has ended, or has given back what it took.</summary>
    public void Release()
    {
        if (IsBound) lift();
        Tell(false);
    }

    void Tell(bool isBound)
    {
        if (isBound == IsBound) return;
        IsBound = isBound;
        WasBound |= isBound;
        OnChange?.Invoke(isBound);
    }
}
