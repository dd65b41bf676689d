using LeanLoad.Memory;

namespace LeanLoad.Loop;

/// <summary>
/// The threads that the runtime makes of its own accord when something is awaited: those of its pool, the one that
/// watches over the pool, and the one of its timers. With the heap at its limit no thread can be made, and the attempt
/// throws on a thread of the runtime's, where the run can only be ended for it (<see cref="UncaughtRefusals"/>). So
/// they are made before the first user and kept, and while memory is short the pool may make no more. For the control
/// thread alone.
/// </summary>
/// <remarks>
/// <c>Agent.props</c> has the other half: what was made stays (<c>ThreadsToKeepAlive</c>), and the pool does not try
/// whether another thread would do more (<c>HillClimbing.Disable</c>). It still makes one for work that has waited half
/// a second, as code that blocks a thread of the pool needs it.
/// </remarks>
sealed class PoolThreads
{
    /// <summary>Of a machine with more processors: those kept cost memory (README), and a loop needs none.</summary>
    const int MostKept = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly int most;
    readonly int completing;
    readonly Barrier met;
    readonly Task rung;

    PoolThreads(int kept)
    {
        ThreadPool.GetMinThreads(out _, out var leastCompleting);
        ThreadPool.GetMaxThreads(out most, out completing);
        ThreadPool.SetMinThreads(kept, leastCompleting);
        // As many as the pool aims at, and no more: its aim was the number of processors.
        ThreadPool.SetMaxThreads(kept, completing);
        met = Meeting(kept);
        // The first timer makes the thread that waits for all of them.
        rung = Task.Delay(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Whether the pool may make no further thread.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>
    /// Asks for the threads: as many as there are processors, two at least and eight at most, or as many as the load
    /// file itself has asked for by <see cref="ThreadPool.SetMinThreads"/>. They come while the run is prepared, which
    /// takes as long; until <see cref="Complete"/> they do nothing else.
    /// </summary>
    public static PoolThreads Begin()
    {
        ThreadPool.GetMinThreads(out var kept, out _);
        return new PoolThreads(kept == Environment.ProcessorCount ? Math.Clamp(kept, 2, MostKept) : kept);
    }

    /// <summary>Waits until they are there, a second at the most, and lets them work.</summary>
    public void Complete()
    {
        met.SignalAndWait(Patience);
        rung.Wait(Patience);
        ThreadPool.SetMaxThreads(most, completing);
    }

    /// <summary>
    /// Says whether memory is short, in which case the pool stays as it is. Costs nothing where that has not changed.
    /// </summary>
    public void Hold(bool isShort)
    {
        if (isShort == IsHeld) return;
        ThreadPool.GetMinThreads(out var least, out _);
        var held = Math.Max(least, ThreadPool.ThreadCount);
        if (ThreadPool.SetMaxThreads(isShort ? held : most, completing)) IsHeld = isShort;
    }

    // Work that waits for as much other work, and for who asked for it, has each on a thread of its own.
    static Barrier Meeting(int threads)
    {
        var all = new Barrier(threads + 1);
        for (var thread = 0; thread < threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static all => all.SignalAndWait(Patience), all, preferLocal: false);
        }

        return all;
    }
}
