using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>
/// How much of the time the collector holds everything up. A heap at its limit can spend all its time collecting, and
/// then the run measures nothing any more, though nothing ever fails. What the guard's rests take is left out: near the
/// limit, where users come fast and rests take long, that was most of two seconds of a run that had all it needed.
/// </summary>
/// <param name="clock">The time since any moment.</param>
/// <param name="paused">How long everything has stood still for the collector, since any moment.</param>
sealed class CollectorLoad(Func<TimeSpan> clock, Func<TimeSpan> paused)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    TimeSpan since = clock();
    TimeSpan pausedThen = paused();
    int heavySeconds;

    /// <summary>Of this process.</summary>
    public CollectorLoad()
        : this(static () => Stopwatch.GetElapsedTime(0), GC.GetTotalPauseDuration)
    {
    }

    /// <summary>How long everything has stood still; only grows.</summary>
    public TimeSpan Paused => paused();

    /// <summary>The share of the last whole second that was spent collecting, rests apart, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Whether the collector took most of each of the last two seconds.</summary>
    public bool IsThrashing => heavySeconds >= 2;

    /// <summary>
    /// Leaves out what of <see cref="Paused"/> a rest took. The second is no longer for it: a heap that is full is to
    /// be found as soon.
    /// </summary>
    public void Except(TimeSpan rest) => pausedThen += rest;

    /// <summary>Looks at the collector's clock; allocates nothing.</summary>
    public void Look()
    {
        var now = clock();
        var elapsed = now - since;
        if (elapsed < Window) return;
        var all = paused();
        Share = Math.Clamp((all - pausedThen) / elapsed, 0, 1);
        heavySeconds = Share > 0.6 ? heavySeconds + 1 : 0;
        (since, pausedThen) = (now, all);
    }
}
