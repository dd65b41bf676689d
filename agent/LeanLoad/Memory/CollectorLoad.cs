using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>
/// How much of the time the collector holds everything up. A heap at its limit can spend all its time collecting, and
/// then the run measures nothing any more, though nothing ever fails.
/// </summary>
sealed class CollectorLoad
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    long since = Stopwatch.GetTimestamp();
    TimeSpan pausedThen = GC.GetTotalPauseDuration();
    int heavySeconds;

    /// <summary>The share of the last whole second that was spent collecting, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Whether the collector took most of each of the last two seconds.</summary>
    public bool IsThrashing => heavySeconds >= 2;

    /// <summary>Looks at the collector's clock; allocates nothing.</summary>
    public void Look()
    {
        var elapsed = Stopwatch.GetElapsedTime(since);
        if (elapsed < Window) return;
        var paused = GC.GetTotalPauseDuration();
        Share = Math.Min(1, (paused - pausedThen) / elapsed);
        heavySeconds = Share > 0.6 ? heavySeconds + 1 : 0;
        (since, pausedThen) = (Stopwatch.GetTimestamp(), paused);
    }
}
