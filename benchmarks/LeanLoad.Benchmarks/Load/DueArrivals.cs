using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using LeanLoad.Load;

namespace LeanLoad.Benchmarks.Load;

/// <summary>
/// When the next of an open model's arrivals is due: 0 to 500/s in 30 s, five minutes of 500/s, and down to 0 in 30 s.
/// </summary>
public class DueArrivals
{
    const int Arrivals = 1 << 16;

    readonly ArrivalPlan plan = new(
        new LoadCurve(
            0, [new(30.Seconds(), 500), new(300.Seconds(), 500), new(30.Seconds(), 0)]), 0, long.MaxValue, 0, 1);
    long index;
    double due;

    [GlobalSetup]
    public void Compare()
    {
        for (index = 0, due = 0; index < Arrivals;)
        {
            var (number, usual) = (index, RateOfTheMoment() / (double)Stopwatch.Frequency);
            var ours = plan.DueAt(number) / (double)Stopwatch.Frequency;
            // What the usual way is wrong by: it takes the rate at the last arrival for that until the next one.
            if (Math.Abs(ours - usual) > 2)
            {
                throw new InvalidOperationException($"Arrival {number} is due after {ours} s, the usual way {usual}.");
            }
        }
    }

    /// <summary>The usual way: the last arrival's time, and a pause by the rate of that moment; it drifts.</summary>
    [Benchmark(Baseline = true)]
    public long RateOfTheMoment()
    {
        if (index++ % Arrivals == 0) due = 0;
        var now = due;
        var rate = now < 30 ? 500 * now / 30 : now < 330 ? 500 : Math.Max(1, 500 * (360 - now) / 30);
        due += 1 / Math.Max(1, rate);
        return (long)(now * Stopwatch.Frequency);
    }

    [Benchmark]
    public long DueAt() => plan.DueAt(index++ % Arrivals);
}
