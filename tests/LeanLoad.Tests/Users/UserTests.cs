using LeanLoad.Cli;
using LeanLoad.Memory;
using LeanLoad.Tests.Runs;
using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

public sealed class UserTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(50, 4)]
    public void Iterations_are_given_out_exactly_over_all_loops(int users, int loops)
    {
        const int iterations = 2000;
        using var town = new Town(Table(new Sketch()), loops, iterations);
        for (var index = 0; index < users; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == users);
        Assert.Equal(iterations, town.Loops.Iterations);
        Assert.All(town.Run.Groups, static group => Assert.True(group.IsExhausted));
        Assert.Null(town.Fault);
    }

    [Fact]
    public void Tasks_are_picked_by_their_weights()
    {
        int[] weights = [1, 2, 5, 12];
        var counts = new int[weights.Length];
        TaskEntry[] tasks = [.. weights.Select((weight, index) => new TaskEntry($"Task{index}", weight, [], _ =>
        {
            counts[index]++;
            return default;
        }))];
        const int iterations = 20_000;
        using var town = new Town(Table(new Sketch { Tasks = tasks }), 1, iterations, seed: 7);
        for (var index = 0; index < 40; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == 40);
        var chiSquare = weights.Select(
            (weight, index) => Square(counts[index] - iterations * weight / 20.0) / (iterations * weight / 20.0)).Sum();
        // The 99.9 % quantile with three degrees of freedom; the seed is fixed, so this never comes and goes.
        Assert.True(chiSquare < 16.27, $"χ² = {chiSquare:0.00} for {string.Join(", ", counts)}");

        static double Square(double value) => value * value;
    }

    [Fact]
    public void Think_time_keeps_iterations_apart()
    {
        var times = new List<long>();
        var sketch = new Sketch
        {
            Pause = ThinkTime.Between(20.Milliseconds(), 30.Milliseconds()),
            OnTask = () => times.Add(Environment.TickCount64),
        };
        using var town = new Town(Table(sketch), 1, 5);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        Assert.Equal(5, times.Count);
        // The clock of this test ticks in milliseconds, so two of its readings can be one short.
        Assert.All(times.Zip(times.Skip(1)),
            static pair => Assert.True(pair.Second - pair.First >= 19, $"{pair.Second - pair.First} ms"));
    }

    [Fact]
    public void Users_in_a_long_pause_stop_at_once_and_their_stop_runs()
    {
        var stops = 0;
        var sketch = new Sketch { Pause = ThinkTime.Between(1000.Seconds(), 2000.Seconds()), OnStop = () => stops++ };
        using var town = new Town(Table(sketch));
        for (var index = 0; index < 100; index++) town.Admit(index);
        town.Until(() => town.Loops.Iterations == 100);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 100);
        Assert.Equal(100, stops);
        Assert.Equal(0, town.Loops.Running);
    }

    [Fact]
    public void A_user_that_fails_to_start_is_counted_and_the_others_go_on()
    {
        var sketch = new Sketch
        {
            OnStart = static user => user.Number % 3 == 0 ? throw new InvalidOperationException("no seat") : default,
        };
        using var town = new Town(Table(sketch), 2, 300);
        for (var index = 0; index < 30; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped + town.Loops.Failed == 30);
        Assert.Equal((10, 20, 30), (town.Loops.Failed, town.Loops.Stopped, town.Loops.Started));
        Assert.InRange(town.Run.Groups[0].MostRunning, 1, 20);
        Assert.Equal(300, town.Loops.Iterations);
        var fault = Assert.Single(town.Run.Faults);
        Assert.Equal(("Visitor.Start", "InvalidOperationException", "no seat", 10L),
            (fault.Place, fault.Type, fault.Example, fault.Count));
    }

    [Fact]
    public async Task What_throws_in_a_loop_keeps_nobody_waiting_who_asked_for_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var town = new Town(Table(new Sketch()), 2, 1);
        var asked = Task.Run(() => town.Loops.Ask(
            static loop =>
            {
                if (loop.Loop.Index == 1) throw new FormatException("no number");
            },
            Timeout.InfiniteTimeSpan), cancel);
        Assert.False(await asked.WaitAsync(30.Seconds(), cancel));
        Assert.True(town.Loops.Ask(static _ => { }, 30.Seconds()));
    }

    [Fact]
    public void A_task_or_a_stop_that_throws_ends_nobody()
    {
        var sketch = new Sketch
        {
            OnTask = static () => throw new FormatException("no number"),
            OnStop = static () => throw new InvalidOperationException("no exit"),
        };
        using var town = new Town(Table(sketch), 1, 50);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        Assert.Equal(50, town.Loops.Iterations);
        Assert.Equal([("Visitor.Work", 50L), ("Visitor.Stop", 1L)],
            town.Run.Faults.Select(static fault => (fault.Place, fault.Count)));
    }

    // What is cut throws where it paused; a request only has no answer, which the author's code may take for a wrong
    // one, or not see.
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "throws")]
    [InlineData(true, "throws")]
    [InlineData(false, "goes on")]
    [InlineData(true, "goes on")]
    public void Who_is_cut_off_in_its_start_or_its_stop_has_stopped_without_a_fault(bool inStart, string then)
    {
        const int users = 20;
        var within = 0;
        async ValueTask Wait(User user)
        {
            Interlocked.Increment(ref within);
            try
            {
                await user.Context.Pause(1000.Seconds());
            }
            catch (OperationCanceledException) when (then.Length > 0)
            {
                if (then == "throws") throw new FormatException("no answer");
            }
        }

        var sketch = new Sketch
        {
            Pause = ThinkTime.Constant(1000.Seconds()),
            OnStart = inStart ? Wait : null,
            OnLeave = inStart ? null : Wait,
        };
        using var town = new Town(Table(sketch), 2);
        for (var index = 0; index < users; index++) town.Admit(index);
        if (!inStart) town.Until(() => town.Loops.Iterations == users);
        town.Stop();
        town.Until(() => within == users);
        town.Loops.Ask(static loop => loop.Cut(), 5.Seconds());
        town.Until(() => town.Loops.Stopped + town.Loops.Failed == users);
        Assert.Equal((users, users, 0), (town.Loops.Started, town.Loops.Stopped, town.Loops.Failed));
        Assert.Equal((inStart ? users : 0, 0), (town.Loops.CutInStart, town.Loops.Running));
        Assert.Equal(town.Loops.Books.Planned, town.Loops.Books.Accounted);
        Assert.Empty(town.Run.Faults);
    }

    [Fact]
    public void A_run_that_ends_while_everybody_still_starts_says_so_and_blames_nobody()
    {
        var sketch = new Sketch { OnStart = static user => user.Context.Pause(1000.Seconds()) };
        Assert.True(ScenarioPlan.TryChoose(Table(sketch), null, false, [], [], out var plan, out _));
        using var run = new WholeRun(new AgentOptions
        {
            Load = new() { Users = 1, Duration = 200.Milliseconds() },
            StopTimeout = 10.Milliseconds(),
        }, plan);
        run.RunUsers();
        var output = new StringWriter();
        Assert.Equal(99, (int)run.Finish(output));
        Assert.Contains("No iteration began: 1 user was cut off in its start.", output.ToString(),
            StringComparison.Ordinal);
        Assert.DoesNotContain("threw", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Want_of_memory_in_user_code_is_passed_on_and_is_no_fault_of_its_task(bool inStart)
    {
        var sketch = new Sketch
        {
            OnStart = _ => inStart ? throw new OutOfMemoryException() : default,
            OnTask = static () => throw new OutOfMemoryException(),
        };
        using var town = new Town(Table(sketch), 1, 1);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped + town.Loops.Failed == 1);
        Assert.Equal("Visitor", town.Run.OutOfMemoryAt);
        Assert.Empty(town.Run.Faults);
    }

    [Fact]
    public void Each_scope_pays_for_its_own_and_they_sum_to_the_threads_bytes()
    {
        var kept = new List<object>();
        var sketch = new Sketch
        {
            OnStart = async _ =>
            {
                await Task.Yield();
                kept.Add(new byte[100_000]);
            },
            OnTask = () => kept.Add(new byte[1000]),
        };
        using var town = new Town(Table(sketch), 1, 500);
        for (var index = 0; index < 10; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == 10);
        town.Loops.Stop(TimeSpan.FromSeconds(5));
        var start = town.Plan.Scopes.Single(static scope => scope.Kind == ScopeKind.UserStart);
        var task = town.Plan.Scopes.Single(static scope => scope.Kind == ScopeKind.Task);
        var ((started, starts), (worked, tasks)) = (town.Loops.Charged(start.Id), town.Loops.Charged(task.Id));
        Assert.Equal((10, 500), (starts, tasks));
        Assert.InRange(started.Count, 10 * 100_024, 10 * 100_024 + 10 * 2000);
        Assert.InRange(worked.Count, 500 * 1024, 500 * 1024 + 16384);
        Assert.Equal(town.Loops.All[0].Loop.ThreadAllocated.Count,
            town.Plan.Scopes.Sum(scope => town.Loops.Charged(scope.Id).Allocated.Count));
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_each_user_its_own()
    {
        Assert.Equal(Draw(1, 0), Draw(1, 0));
        Assert.NotEqual(Draw(1, 0), Draw(1, 1));
        Assert.NotEqual(Draw(1, 0), Draw(2, 0));
        Assert.All(Draw(1, 0), static number => Assert.InRange(number, 0, 1));

        static double[] Draw(long seed, int user)
        {
            var random = UserRandom.ForUser(seed, user);
            var numbers = new double[100];
            for (var index = 0; index < numbers.Length; index++) numbers[index] = random.NextUniform();
            return numbers;
        }
    }

    internal static ScenarioTable Table(Sketch sketch) => new()
    {
        Users =
        [
            new UserClass("Visitor", "visit", 1, sketch.Needs, supplies => sketch.Make(supplies),
                sketch.Tasks ?? [new TaskEntry("Work", 1, [], user =>
            {
                ((Visitor)user).Work();
                return default;
            })]),
        ],
        Bootstraps = sketch.Bootstraps,
    };

    /// <summary>What a user of a test does.</summary>
    internal sealed class Sketch
    {
        public ThinkTime Pause { get; init; } = ThinkTime.None;

        public Func<Visitor, ValueTask>? OnStart { get; init; }

        public Action? OnTask { get; init; }

        public Action? OnPause { get; init; }

        public Action? OnStop { get; init; }

        public Func<Visitor, ValueTask>? OnLeave { get; init; }

        public IReadOnlyList<TaskEntry>? Tasks { get; init; }

        public IReadOnlyList<Type> Needs { get; init; } = [];

        public IReadOnlyList<BootstrapEntry> Bootstraps { get; init; } = [];

        public Action<Supplies>? OnMake { get; init; }

        public User Make(Supplies supplies)
        {
            OnMake?.Invoke(supplies);
            return new Visitor(this);
        }
    }

    internal sealed class Visitor(Sketch sketch) : User
    {
        public int Number => Index;

        protected internal override ThinkTime ThinkTime
        {
            get
            {
                sketch.OnPause?.Invoke();
                return sketch.Pause;
            }
        }

        public void Work() => sketch.OnTask?.Invoke();

        protected internal override ValueTask Start() => sketch.OnStart?.Invoke(this) ?? default;

        protected internal override ValueTask Stop()
        {
            sketch.OnStop?.Invoke();
            return sketch.OnLeave?.Invoke(this) ?? default;
        }
    }
}
