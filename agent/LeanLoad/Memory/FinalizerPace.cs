using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>
/// Keeps the runtime's finalizer thread from collecting all the time. After each full collection that thread runs what
/// the runtime wants done then, such as the trimming of <see cref="System.Buffers.ArrayPool{T}.Shared"/>, and that
/// allocates: where the heap is full, by a full collection, which is refused in the end and has all of it run anew.
/// Whoever would end the run got some microseconds between two collections.
/// </summary>
/// <remarks>
/// The same thread finalizes this object after each full collection, and waits here for as long as the others need,
/// where collections have left them next to nothing since it was here last. What else is to be finalized comes a
/// quarter of a second later then.
/// </remarks>
sealed class FinalizerPace
{
    /// <summary>What collections take is to be a fifth of the time, as far as this thread can see to that.</summary>
    const int TimesAsLong = 4;

    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    readonly Action<TimeSpan> sleep;
    TimeSpan leftAt = Stopwatch.GetElapsedTime(0);
    TimeSpan pausedThen = GC.GetTotalPauseDuration();
    bool hasSlept;

    FinalizerPace(Action<TimeSpan> sleep) => this.sleep = sleep;

#pragma warning disable CA1063, CA1816 // Nothing is held that would be disposed of.
    ~FinalizerPace()
    {
        var (now, paused) = (Stopwatch.GetElapsedTime(0), GC.GetTotalPauseDuration());
        // What a sleep needs is made by the first one, when there is room for it.
        sleep(hasSlept ? Pause(now - leftAt, paused - pausedThen) : Least);
        hasSlept = true;
        (leftAt, pausedThen) = (Stopwatch.GetElapsedTime(0), GC.GetTotalPauseDuration());
        GC.ReRegisterForFinalize(this);
    }
#pragma warning restore CA1063, CA1816

    /// <summary>Begins, for as long as the process lives.</summary>
    /// <param name="sleep">Null: <see cref="Thread.Sleep(TimeSpan)"/>.</param>
    public static void Begin(Action<TimeSpan>? sleep = null) => _ = new FinalizerPace(sleep ?? Thread.Sleep);

    /// <summary>How long the finalizer thread waits.</summary>
    /// <param name="elapsed">Since it was here last.</param>
    /// <param name="collecting">Of that, what collections took.</param>
    public static TimeSpan Pause(TimeSpan elapsed, TimeSpan collecting)
    {
        if (collecting * 2 <= elapsed) return TimeSpan.Zero;
        var pause = collecting * TimesAsLong;
        return pause < Longest ? pause : Longest;
    }
}
