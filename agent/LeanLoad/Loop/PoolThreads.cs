namespace LeanLoad.Loop;

/// <summary>
/// The threads that the runtime makes of its own accord when something is awaited: those of its pool, the one that
/// watches over the pool, and the one of its timers. With the heap at its limit no thread can be made, and the attempt
/// throws on a thread of the runtime's, where nobody can catch it, and aborts the process. So they are made before the
/// first user and kept, and while memory is short the pool may make no more. For the control thread alone.
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

    PoolThreads(int most, int completing) => (this.most, this.completing) = (most, completing);

    /// <summary>Whether the pool may make no further thread.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>
    /// Makes the threads: as many as there are processors, two at least and eight at most, or as many as the load file
    /// itself has asked for by <see cref="ThreadPool.SetMinThreads"/>.
    /// </summary>
    public static PoolThreads Make()
    {
        ThreadPool.GetMinThreads(out var kept, out var leastCompleting);
        ThreadPool.GetMaxThreads(out var most, out var completing);
        if (kept == Environment.ProcessorCount) kept = Math.Clamp(kept, 2, MostKept);
        ThreadPool.SetMinThreads(kept, leastCompleting);
        // As many as the pool aims at, and no more: its aim was the number of processors.
        ThreadPool.SetMaxThreads(kept, completing);
        Meet(kept);
        // The first timer makes the thread that waits for all of them.
        using var rung = new ManualResetEventSlim();
        using var timer = new Timer(
            static rung => ((ManualResetEventSlim)rung!).Set(), rung, TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        rung.Wait(Patience);
        ThreadPool.SetMaxThreads(most, completing);
        return new PoolThreads(most, completing);
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

    // Work that waits for as much other work has each on a thread of its own.
    static void Meet(int threads)
    {
        var all = new Barrier(threads + 1);
        for (var thread = 0; thread < threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static all => all.SignalAndWait(Patience), all, preferLocal: false);
        }

        all.SignalAndWait(Patience);
    }
}
