using BenchmarkDotNet.Attributes;
using LeanLoad.Load;

namespace LeanLoad.Benchmarks.Load;

/// <summary>How many of 10,000 users of a ramp of 100 a second are due, asked every 10 ms.</summary>
public class DueUsers
{
    const int Users = 10_000;
    const double PerSecond = 100;
    const int Steps = 1 << 14;

    readonly LoadPlan plan = new(Users, PerSecond, Duration: null, Iterations: null);
    readonly TimeSpan[] schedule =
        [.. Enumerable.Range(0, Users).Select(static index => TimeSpan.FromSeconds(index / PerSecond))];
    int step;

    [GlobalSetup]
    public void Compare()
    {
        for (step = 0; step < Steps;)
        {
            var now = step;
            var (expected, due) = (SearchSchedule(), Due(now));
            if (due != expected) throw new InvalidOperationException(
                $"After {now * 10} ms {due} users are due, by the schedule {expected}");
        }
    }

    /// <summary>The usual way: all due times in a list, 8 bytes a user, and a search in it.</summary>
    [Benchmark(Baseline = true)]
    public int SearchSchedule()
    {
        var found = Array.BinarySearch(schedule, Elapsed(step++));
        return found < 0 ? ~found : found + 1;
    }

    [Benchmark]
    public int UsersDueAt() => Due(step++);

    int Due(int at) => plan.UsersDueAt(Elapsed(at));

    static TimeSpan Elapsed(int step) => TimeSpan.FromMilliseconds(10L * (step & (Steps - 1)));
}
