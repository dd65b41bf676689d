using System.Collections;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Tests.Users;
using LeanLoad.Users;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace LeanLoad.Tests.Runs;

/// <summary>Memory is refused to the control thread itself, while users go on that allocate nothing.</summary>
public sealed class RefusedMemoryTests
{
    const int Crowd = 3;

    static readonly UserTests.Sketch Waiting = new()
    {
        Tasks = [new TaskEntry("Wait", 1, [], static user => user.Context.Pause(1000.Seconds()))],
    };

    [Theory]
    [InlineData(OverMemory.Stop, 86)]
    [InlineData(OverMemory.Hold, 86)]
    [InlineData(OverMemory.Ignore, 99)]
    public void A_guarded_run_ends_with_its_results_and_another_goes_on(object policy, int exitCode)
    {
        // Of the other all iterations were cut off, which is no success.
        var isGuarded = exitCode == 86;
        Assert.True(ScenarioPlan.TryChoose(UserTests.Table(Waiting), null, false, [], [], out var plan, out _));
        var thresholds = new Thresholds();
        var options = new AgentOptions
        {
            Load = new() { Users = Crowd, Duration = isGuarded ? 1000.Seconds() : 1.2.Seconds() },
            OverMemory = (OverMemory)policy,
            FailIf = thresholds,
            FailFast = true,
            StopTimeout = isGuarded ? 1000.Seconds() : 10.Milliseconds(),
        };
        using var run = new WholeRun(options, plan);
        // Judged once a second, on the control thread: from then on memory is refused each time.
        thresholds.IsRefused = true;
        run.RunUsers();
        thresholds.IsRefused = false;
        var output = new StringWriter();
        Assert.Equal(exitCode, (int)run.Finish(output));
        Assert.Equal(isGuarded, output.ToString().Contains(
            "the agent was refused memory", StringComparison.Ordinal));
        Assert.True(thresholds.Refusals > 0);
    }

    [Fact]
    public void A_step_of_the_end_that_is_refused_memory_costs_no_other()
    {
        using var town = new Town(UserTests.Table(Waiting));
        using var memory = MemoryReader.Open();
        using var signal = new StopSignal();
        using var records = new RecordStream();
        var options = new AgentOptions
        {
            Load = new() { Users = Crowd, Duration = 1000.Seconds() },
            StopTimeout = 1000.Seconds(),
        };
        var request = new RunRequest(options, town.Plan, town.Supplies, [], [], []);
        var population = town.Populate(memory, OverMemory.Stop, [.. request.Schedule.Plans]);
        var recorder = new RunRecorder(town.Loops, town.Plan, records, Logger.None,
            System.Diagnostics.Stopwatch.GetTimestamp());
        var load = new RunningLoad(options, town.Loops, town.Plan, population, recorder);
        town.Until(() =>
        {
            load.Step();
            return town.Loops.BooksOf(0).InFlight == Crowd;
        });
        // It says that it waits for what is in flight, which would be a thousand seconds.
        var end = new UsersEnd(options, town.Loops, load, new LiveControl(load, town.Loops, null, Logger.None),
            new RunJudge(request, town.Loops, recorder), signal, recorder, new RefusingLog());
        Assert.Null(end.Run(null));
        Assert.Equal("the agent", town.Run.OutOfMemoryAt);
        Assert.Equal((Crowd, Crowd), (town.Loops.Stopped, (int)town.Loops.BooksOf(0).Cut));
        Assert.Equal(Admission.Stop, population.Decision.Admission);
    }

    [Fact]
    public void What_is_refused_is_left_out_or_done_again_and_what_else_is_thrown_is_not_kept()
    {
        Assert.True(Spared.Do(static () => { }));
        Assert.False(Spared.Do(static () => throw new OutOfMemoryException()));
        Assert.False(Spared.Do(static () => throw new SynchronizationLockException()));
        var times = 0;
        Spared.Insist(() => { if (++times < 3) throw new OutOfMemoryException(); });
        Assert.Equal(3, times);
        Assert.Throws<FormatException>(static () => Spared.Do(static () => throw new FormatException()));
        Assert.Throws<FormatException>(static () => Spared.Insist(static () => throw new FormatException()));
    }

    [Fact]
    public void A_lock_that_is_let_go_of_once_too_often_is_refused_memory_in_our_own_code_alone()
    {
        var wrong = new AggregateException(new SynchronizationLockException());
        Assert.True(RefusedMemory.IsCauseOfOurs(wrong));
        Assert.False(RefusedMemory.IsCauseOf(wrong));
        Assert.True(RefusedMemory.IsCauseOfOurs(new AggregateException(new OutOfMemoryException())));
        Assert.False(RefusedMemory.IsCauseOfOurs(new FormatException()));
    }

    sealed class Thresholds : IReadOnlyList<Threshold>
    {
        public bool IsRefused { get; set; }

        public int Refusals { get; private set; }

        public int Count => 0;

        public Threshold this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<Threshold> GetEnumerator()
        {
            if (!IsRefused) return Enumerable.Empty<Threshold>().GetEnumerator();
            // As a wait throws it that was refused memory to have its lock back.
            throw ++Refusals == 1 ? new SynchronizationLockException() : new OutOfMemoryException();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    sealed class RefusingLog : ILogger
    {
        public void Write(LogEvent logEvent) => throw new OutOfMemoryException();
    }
}
