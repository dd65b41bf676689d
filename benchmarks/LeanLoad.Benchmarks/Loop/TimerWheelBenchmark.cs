using BenchmarkDotNet.Attributes;
using LeanLoad.Loop;

namespace LeanLoad.Benchmarks.Loop;

/// <summary>
/// One millisecond of a loop whose users all think: with 10,000 of them and half a second to one and a half between two
/// iterations, ten fire and are added again.
/// </summary>
public class TimerWheelBenchmark
{
    const int Users = 10_000;
    const int LeastPauseMs = 500;
    const int Pauses = 1 << 12;

    readonly int[] pausesMs = new int[Pauses];
    readonly TimerWheel wheel = new();
    readonly PriorityQueue<ITimerTarget, long> queue = new();
    int next;
    long wheelNow;
    long queueNow;

    [GlobalSetup]
    public void LetAllThink()
    {
        var random = new Random(20260101);
        for (var index = 0; index < Pauses; index++) pausesMs[index] = LeastPauseMs + random.Next(2 * LeastPauseMs);
        for (var user = 0; user < Users; user++)
        {
            wheel.Add(NextPauseMs(), new Thinker(this));
            queue.Enqueue(new Thinker(this), NextPauseMs());
        }
    }

    [Benchmark(Baseline = true)]
    public void PriorityQueue()
    {
        queueNow++;
        while (queue.TryPeek(out var target, out var dueMs) && dueMs <= queueNow)
        {
            queue.DequeueEnqueue(target, queueNow + NextPauseMs());
        }
    }

    [Benchmark]
    public void TimerWheel() => wheel.AdvanceTo(++wheelNow);

    int NextPauseMs() => pausesMs[next++ & (Pauses - 1)];

    sealed class Thinker(TimerWheelBenchmark benchmark) : ITimerTarget
    {
        public void OnTimer() => benchmark.wheel.Add(benchmark.wheelNow + benchmark.NextPauseMs(), this);
    }
}
