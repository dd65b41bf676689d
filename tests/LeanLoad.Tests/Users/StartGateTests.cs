using LeanLoad.Cli;
using LeanLoad.Tests.Runs;
using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary><c>--starting N</c>: of the users that are due, N start at a time, whatever the ramp asks for.</summary>
public sealed class StartGateTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 1)]
    public void Never_more_than_the_gate_lets_are_between_admission_and_the_end_of_their_start(int gate, int loops)
    {
        var (most, starts) = Run(gate, loops, users: 60);
        Assert.Equal(60, starts);
        // It is a gate and no queue of one: as many as may do start together.
        Assert.Equal(gate, most);
    }

    [Fact]
    public void Without_a_gate_all_that_are_due_start_together()
    {
        var (most, starts) = Run(gate: null, loops: 1, users: 60);
        Assert.Equal(60, starts);
        Assert.InRange(most, 9, 60);
    }

    static (int Most, int Starts) Run(int? gate, int loops, int users)
    {
        var (starting, most, starts) = (0, 0, 0);
        var sketch = new UserTests.Sketch
        {
            Pause = ThinkTime.Constant(1.Seconds()),
            OnStart = async _ =>
            {
                var now = Interlocked.Increment(ref starting);
                for (var seen = most; now > seen; seen = most) Interlocked.CompareExchange(ref most, now, seen);
                // Longer than the control thread's step, so that all that may start meet.
                await Task.Delay(30);
                Interlocked.Increment(ref starts);
                Interlocked.Decrement(ref starting);
            },
        };
        Assert.True(ScenarioPlan.TryChoose(UserTests.Table(sketch), null, false, [], [], out var plan, out _));
        var options = new AgentOptions
        {
            Load = new() { Users = users, Duration = 20.Seconds(), Iterations = users },
            Loops = loops,
            Starting = gate,
        };
        using var run = new WholeRun(options, plan);
        run.RunUsers();
        run.Finish(TextWriter.Null);
        return (most, starts);
    }
}
