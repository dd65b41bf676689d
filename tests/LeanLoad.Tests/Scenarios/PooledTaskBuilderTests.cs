using System.Runtime.CompilerServices;
using LeanLoad.Loop;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Scenarios;

#pragma warning disable CA2012 // What a ValueTask does when it is not simply awaited is what is tested.
public sealed class PooledTaskBuilderTests
{
    static readonly AsyncLocal<string?> Flow = new();

    [Fact]
    public void A_method_that_waits_allocates_nothing_once_its_like_has_waited()
    {
        var gate = new Gate();
        Wait(gate, times: 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Wait(gate, times: 1_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Calls_that_wait_at_the_same_time_keep_apart()
    {
        Gate[] gates = [new(), new(), new()];
        int[] seen = [0, 0, 0];
        ValueTask[] waiting =
            [Store(gates[0], seen, 0, 10), Store(gates[1], seen, 1, 20), Store(gates[2], seen, 2, 30)];
        gates[1].Open();
        gates[2].Open();
        gates[0].Open();
        Assert.All(waiting, static task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal([10, 20, 30], seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_it_throws_reaches_whoever_awaits_it(bool isLate)
    {
        var gate = new Gate();
        var failing = Fail(isLate ? gate : null);
        if (isLate) gate.Open();
        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidDataException>(async () => await failing)).Message);
    }

    [Fact]
    public async Task A_result_is_taken_once()
    {
        var gate = new Gate();
        var task = Store(gate, [0], 0, 1);
        gate.Open();
        await task;
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await task);
    }

    [Fact]
    public async Task Its_flow_goes_with_it_and_does_not_leak_to_whoever_resumes_it()
    {
        Flow.Value = "caller";
        var gate = new Gate();
        var seen = new List<string?>();
        var task = Note(gate, seen);
        Assert.Equal("caller", Flow.Value);
        Flow.Value = "resumer";
        gate.Open();
        Assert.Equal("resumer", Flow.Value);
        await task;
        Assert.Equal(["caller", "own"], seen);
    }

    [Fact]
    public async Task What_ends_on_another_thread_is_awaited_on_its_own_loop()
    {
        using var running = new RunningLoop(PollerChoice.Epoll);
        var isOnLoop = await running.RunAsync(async () =>
        {
            for (var count = 0; count < 200; count++) await Leave();
            return running.Loop.IsCurrent && SynchronizationContext.Current is LoopContext;
        });
        Assert.True(isOnLoop);
    }

    static void Wait(Gate gate, int times)
    {
        for (var count = 0; count < times; count++)
        {
            var task = Through(gate);
            Assert.False(task.IsCompleted);
            gate.Open();
            task.GetAwaiter().GetResult();
        }
    }

    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    static async ValueTask Through(Gate gate) => await gate;

    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    static async ValueTask Store(Gate gate, int[] seen, int index, int value)
    {
        await gate;
        seen[index] = value;
    }

    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    static async ValueTask Fail(Gate? gate)
    {
        if (gate is not null) await gate;
        throw new InvalidDataException("no");
    }

    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    static async ValueTask Note(Gate gate, List<string?> seen)
    {
        seen.Add(Flow.Value);
        Flow.Value = "own";
        await gate;
        seen.Add(Flow.Value);
        Flow.Value = "late";
    }

    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    static async ValueTask Leave() => await Task.Run(static () => Thread.SpinWait(50)).ConfigureAwait(false);

    /// <summary>Something to await that opens when the test says so, on the test's thread.</summary>
    sealed class Gate : ICriticalNotifyCompletion
    {
        Action? waiting;

        public bool IsCompleted => false;

        public Gate GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => waiting = continuation;

        public void UnsafeOnCompleted(Action continuation) => waiting = continuation;

        public void Open()
        {
            var resumed = waiting;
            waiting = null;
            resumed!();
        }
    }
}
