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
/// where collections have left them next to nothing several times in a row. What else is to be finalized comes that
/// much later then.
/// </remarks>
sealed class FinalizerPace
{
    /// <summary>
    /// Visits without a pause between them that are let pass: code of a user's may well collect twice in a row, and
    /// wait for finalizers.
    /// </summary>
    const int InARow = 2;

    /// <summary>What collections take is to be a fifth of the time, as far as this thread can see to that.</summary>
    const int TimesAsLong = 4;

    /// <summary>So the fifth holds up to collections of half a second: some 600 MiB that live.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    static int begun;

    readonly Action<TimeSpan> sleep;
    Visits visits;
    TimeSpan leftAt = Stopwatch.GetElapsedTime(0);
    TimeSpan pausedThen = GC.GetTotalPauseDuration();
    bool hasSlept;

    /// <summary>Is finalized after each full collection from now on, for as long as the process lives.</summary>
    /// <param name="sleep">Lets the finalizer thread wait.</param>
    internal FinalizerPace(Action<TimeSpan> sleep) => this.sleep = sleep;

#pragma warning disable CA1063, CA1816 // Nothing is held that would be disposed of.
    ~FinalizerPace()
    {
        var (now, paused) = (Stopwatch.GetElapsedTime(0), GC.GetTotalPauseDuration());
        try
        {
            var pause = visits.Pause(now - leftAt, paused - pausedThen);
            // What a sleep needs is made by the first one, when there is room for it.
            sleep(hasSlept ? pause : Least);
            hasSlept = true;
        }
        catch (OutOfMemoryException)
        {
            // There was none: so perhaps at the next visit.
        }
        finally
        {
            (leftAt, pausedThen) = (Stopwatch.GetElapsedTime(0), GC.GetTotalPauseDuration());
            GC.ReRegisterForFinalize(this);
        }
    }
#pragma warning restore CA1063, CA1816

    /// <summary>Begins, once in a process.</summary>
    public static void Begin()
    {
        if (Interlocked.Exchange(ref begun, 1) == 0) _ = new FinalizerPace(Thread.Sleep);
    }

    /// <summary>The visits of the finalizer thread, one after the other.</summary>
    internal struct Visits
    {
        int crowded;

        /// <summary>How long it waits at this one.</summary>
        /// <param name="elapsed">Since the end of the visit before.</param>
        /// <param name="collecting">Of that, what collections took.</param>
        public TimeSpan Pause(TimeSpan elapsed, TimeSpan collecting)
        {
            crowded = collecting * 2 > elapsed ? crowded + 1 : 0;
            if (crowded <= InARow) return TimeSpan.Zero;
            var pause = collecting * TimesAsLong;
            // A sleep is cut to whole milliseconds.
            return pause < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)) : Longest;
        }
    }
}
