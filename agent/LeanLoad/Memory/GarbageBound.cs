using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>
/// Has garbage taken away that the collector would let stand: a heap of large objects may grow to several times what
/// lives on it before the runtime collects it, and no setting caps that. So the guard asks for a full collection once
/// garbage is a tenth of what lives, as often as that takes no more than a hundredth of the time. What was not taken of
/// it is saved up for five seconds: else one collection that took long would let garbage grow for as long again. A peak
/// is then what users keep and a share of it, which can be foretold. For the control thread alone; looking allocates
/// nothing.
/// </summary>
/// <param name="young">What stands in the young generations, and is not worth a full collection.</param>
/// <param name="collect">Collects, and says what processor time it took, in which everything stood still.</param>
/// <param name="clock">The time since any moment.</param>
sealed class GarbageBound(Bytes young, Func<TimeSpan> collect, Func<TimeSpan> clock)
{
    /// <summary>Of what lives.</summary>
    const double Share = 0.1;

    /// <summary>Of the time: throughput and response times may not notice.</summary>
    const double MostOfTime = 0.01;

    static readonly TimeSpan MostSaved = TimeSpan.FromSeconds(5) * MostOfTime;

    TimeSpan? lookedAt;
    TimeSpan saved;

    /// <summary>Of this process.</summary>
    /// <param name="settings">How its collector is set.</param>
    public GarbageBound(GcSettings settings)
        : this(settings.Gen0 * 3, Collect, static () => Stopwatch.GetElapsedTime(0))
    {
    }

    /// <summary>Collects where that is due.</summary>
    /// <returns>Whether it did.</returns>
    public bool Look(in MemoryReading reading)
    {
        var now = clock();
        saved += (now - (lookedAt ?? now)) * MostOfTime;
        if (saved > MostSaved) saved = MostSaved;
        lookedAt = now;
        // Before the first full collection nothing is known; and what was allocated since the last one counts as
        // garbage until one says that it lives.
        if (reading.Surviving == Bytes.Zero) return false;
        if (reading.Live - reading.Surviving < Allowed(young, reading.Surviving)) return false;
        if (saved < TimeSpan.Zero) return false;
        saved -= collect();
        return true;
    }

    /// <summary>What may stand above what lives.</summary>
    /// <param name="young">The least.</param>
    /// <param name="live">What lives.</param>
    public static Bytes Allowed(Bytes young, Bytes live) => live * Share > young ? live * Share : young;

    // Not the time on the clock: on a crowded machine that is mostly the others'.
    static TimeSpan Collect()
    {
        var before = Environment.CpuUsage.TotalTime;
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
        return Environment.CpuUsage.TotalTime - before;
    }
}
