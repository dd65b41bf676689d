using System.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>Differences of timestamps, in the statistics' unit.</summary>
static class Micros
{
    /// <summary>Whole microseconds between two readings of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public static long Between(long began, long ended) => (long)((ended - began) * (1e6 / Stopwatch.Frequency));
}
