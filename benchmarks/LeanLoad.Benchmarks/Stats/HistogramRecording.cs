using BenchmarkDotNet.Attributes;
using HdrHistogram;
using LeanLoad.Stats;

namespace LeanLoad.Benchmarks.Stats;

/// <summary>One response time counted, in the histogram of a name that has seen all its times before.</summary>
public class HistogramRecording
{
    const int Times = 1 << 12;

    readonly long[] times = ResponseTimes.Draw(Times);
    readonly LatencyHistogram histogram = new();

    // Two digits: 1 % buckets, the nearest it has to our 0.8 %.
    readonly LongHistogram hdr = new(LatencyHistogram.HighestUs, 2);
    int next;

    /// <summary>
    /// Times that come for the first time allocate their page; that is the start of a run, not its course.
    /// </summary>
    [GlobalSetup]
    public void SeeAllTimesOnce()
    {
        foreach (var time in times) histogram.Record(time);
    }

    [Benchmark(Baseline = true)]
    public void HdrHistogram() => hdr.RecordValue(times[next++ & (Times - 1)]);

    [Benchmark]
    public void Record() => histogram.Record(times[next++ & (Times - 1)]);
}
