using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>
/// What the agent itself takes while there is load: processor time, lateness, busy loops. Since the present epoch
/// began.
/// </summary>
sealed class GeneratorWatch
{
    TimeSpan? began;
    TimeSpan? ended;
    TimeSpan cpuBegan;
    TimeSpan cpuEnded;
    TimeSpan? throttledBegan;
    TimeSpan? throttledEnded;

    /// <summary>Counts from now on.</summary>
    public void Begin(TimeSpan at) =>
        (began, cpuBegan, throttledBegan) = (at, Environment.CpuUsage.TotalTime, CpuThrottling.Read("/"));

    /// <summary>Counts no further.</summary>
    public void End(TimeSpan at)
    {
        if (ended is null)
        {
            (ended, cpuEnded, throttledEnded) = (at, Environment.CpuUsage.TotalTime, CpuThrottling.Read("/"));
        }
    }

    /// <summary>The figures, where there was load.</summary>
    public GeneratorSummed? Sum(LoopSet loops)
    {
        if (began is not { } from || ended is not { } until) return null;
        var (slip, turns, busiest) = (new LatencyHistogram(), new LatencyHistogram(), 0L);
        foreach (var loop in loops.All)
        {
            slip.Merge(loop.Slip);
            turns.Merge(loop.Loop.Turns);
            busiest = Math.Max(busiest, loop.Loop.Turns.SumUs);
        }

        return new GeneratorSummed(slip, turns, until - from, cpuEnded - cpuBegan, TimeSpan.FromMicroseconds(busiest),
            throttledEnded - throttledBegan);
    }
}
