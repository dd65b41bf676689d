using BenchmarkDotNet.Attributes;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Memory;

/// <summary>
/// One change of who pays. It happens at least twice an iteration, so it must cost no more than the reading it stands
/// on.
/// </summary>
public class LedgerSwitch
{
    const int Scopes = 8;

    readonly Ledger ledger = new(Scopes);
    readonly Ledger watched = new(Scopes) { IsWatched = true };
    int next;

    [GlobalSetup]
    public void Begin()
    {
        ledger.Begin();
        watched.Begin();
    }

    /// <summary>What an exact ledger cannot go without.</summary>
    [Benchmark(Baseline = true)]
    public long ReadAllocatedBytes() => GC.GetAllocatedBytesForCurrentThread();

    [Benchmark]
    public int Switch() => ledger.Switch(next = (next + 1) & (Scopes - 1));

    /// <summary>While a profiler is attached, each switch also marks the thread's allocation samples.</summary>
    [Benchmark]
    public int SwitchWhileWatched() => watched.Switch(next = (next + 1) & (Scopes - 1));
}
