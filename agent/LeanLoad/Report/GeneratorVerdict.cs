using LeanLoad.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// Whether the generator itself was the limit: then the figures say what it can do, and not what the target can. A loop
/// that is busy 95 % of the time has queues of its own; pauses and arrivals that come 100 ms late are another load than
/// was asked for; a throttled process stands still at times.
/// </summary>
static class GeneratorVerdict
{
    const double BusyLimit = 0.95;
    const double ThrottledLimit = 0.05;
    const long SlipLimitUs = 100_000;
    const int EnoughSlips = 100;

    /// <summary>Shorter runs have their start in every figure.</summary>
    static readonly TimeSpan Enough = TimeSpan.FromSeconds(5);

    /// <summary>Why the results are not valid; null where nothing speaks against them.</summary>
    public static string? Problem(GeneratorSummed? summed)
    {
        if (summed is not { } generator || generator.Load < Enough) return null;
        if (generator.Throttled is { } throttled && throttled.Ticks > generator.Load.Ticks * ThrottledLimit)
        {
            return $"its cgroup was throttled for {Span(throttled)} of {Span(generator.Load)}: raise the CPU quota";
        }

        if (generator.BusiestLoop.Ticks > generator.Load.Ticks * BusyLimit)
        {
            return $"its busiest loop was busy {Share(generator.BusiestLoop.Ticks, generator.Load.Ticks)} of the "
                + "time: give it --loops and processors, or ask for less";
        }

        return generator.Slip.Count >= EnoughSlips && generator.Slip.Percentile(99) > SlipLimitUs
            ? $"its pauses and arrivals were late by {Time(generator.Slip.Percentile(99))} at p99: it did not get "
                + "the processor when it needed it"
            : null;
    }
}
