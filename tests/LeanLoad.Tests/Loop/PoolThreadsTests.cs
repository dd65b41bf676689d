using LeanLoad.Loop;
using Xunit;

namespace LeanLoad.Tests.Loop;

/// <summary>The runtime's pool is this process's own: alone, and left as it was.</summary>
[CollectionDefinition(nameof(PoolThreadsTests), DisableParallelization = true)]
[Collection(nameof(PoolThreadsTests))]
public sealed class PoolThreadsTests : IDisposable
{
    readonly (int Workers, int Completing) least = Least;
    readonly (int Workers, int Completing) most = Most;

    static (int Workers, int Completing) Least
    {
        get
        {
            ThreadPool.GetMinThreads(out var workers, out var completing);
            return (workers, completing);
        }
    }

    static (int Workers, int Completing) Most
    {
        get
        {
            ThreadPool.GetMaxThreads(out var workers, out var completing);
            return (workers, completing);
        }
    }

    public void Dispose()
    {
        ThreadPool.SetMinThreads(least.Workers, least.Completing);
        ThreadPool.SetMaxThreads(most.Workers, most.Completing);
    }

    [Fact]
    public void The_threads_that_are_kept_are_there_before_they_are_needed()
    {
        Made();
        Assert.InRange(Least.Workers, 2, Math.Max(8, least.Workers));
        Assert.True(ThreadPool.ThreadCount >= Least.Workers,
            $"{ThreadPool.ThreadCount} threads of {Least.Workers}");
        Assert.Equal(most, Most);
    }

    [Fact]
    public void What_a_load_file_asked_for_itself_stays_so()
    {
        ThreadPool.SetMinThreads(Environment.ProcessorCount + 3, least.Completing);
        Made();
        Assert.Equal(Environment.ProcessorCount + 3, Least.Workers);
        Assert.True(ThreadPool.ThreadCount >= Environment.ProcessorCount + 3);
    }

    [Fact]
    public void While_memory_is_short_no_thread_comes_and_then_as_many_as_before_may()
    {
        var pool = Made();
        pool.Hold(isShort: false);
        Assert.Equal((false, most), (pool.IsHeld, Most));
        pool.Hold(isShort: true);
        Assert.True(pool.IsHeld);
        Assert.InRange(Most.Workers, Least.Workers, Math.Max(Least.Workers, ThreadPool.ThreadCount + 1));
        pool.Hold(isShort: false);
        Assert.Equal((false, most), (pool.IsHeld, Most));
    }

    static PoolThreads Made()
    {
        var pool = PoolThreads.Begin();
        pool.Complete();
        return pool;
    }
}
