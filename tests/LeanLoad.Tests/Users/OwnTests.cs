using System.Runtime.CompilerServices;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>What the code of a user may ask of the engine: pause, measure, stop.</summary>
public sealed class OwnTests
{
    [Fact]
    public void What_is_measured_is_a_row_of_its_own_and_what_it_throws_is_counted_and_thrown_on()
    {
        using var town = Run(40, static async (user, turn) =>
        {
            await user.Time("plain", static () => default);
            await user.Time("cache:get", async () =>
            {
                await user.Rest(1.Milliseconds());
                if (turn % 4 == 0) throw new InvalidDataException("no such key");
                if (turn % 4 == 1) throw new TimeoutException("too slow");
            });
        });
        var rows = Rows(town);
        Assert.Equal((40, 0), (rows["plain"].Requests, rows["plain"].Failures));
        Assert.Equal((40, 20), (rows["cache:get"].Requests, rows["cache:get"].Failures));
        Assert.Equal((10, 10),
            (rows["cache:get"].FailuresOf(FailureKind.Threw), rows["cache:get"].FailuresOf(FailureKind.Timeout)));
        Assert.Equal("InvalidDataException: no such key", rows["cache:get"].ExampleOf(FailureKind.Threw));
        Assert.InRange(rows["cache:get"].Response.Percentile(50), 900, long.MaxValue);
        // Thrown on, so the iteration failed too.
        Assert.Equal(20, town.Run.Faults.Sum(static fault => fault.Count));
    }

    [Fact]
    public void A_measurement_by_hand_says_bytes_and_failures()
    {
        using var town = Run(10, static (user, turn) =>
        {
            var measurement = user.Begin("by hand");
            if (turn < 3) measurement.Fail("not this time");
            else measurement.Done(bytes: 100);
            return default;
        });
        var row = Rows(town)["by hand"];
        Assert.Equal((10, 3, 700), (row.Requests, row.FailuresOf(FailureKind.Rejected), row.BytesReceived));
        Assert.Equal("not this time", row.ExampleOf(FailureKind.Rejected));
    }

    [Fact]
    public void Own_names_are_bounded_like_those_of_requests()
    {
        using var town = Run(700, static (user, turn) =>
        {
            user.Begin($"name {turn}").Done();
            return default;
        });
        var rows = Rows(town);
        Assert.Equal(501, rows.Count);
        Assert.Equal(200, rows[RequestNames.OtherName].Requests);
        Assert.Equal("name 500", town.Loops.Names.FirstRefused);
    }

    [Fact]
    public void Iterations_with_pauses_and_measurements_allocate_nothing()
    {
        const int warmUp = 300;
        var readings = new long[900];
        using var town =
            Run(readings.Length, (user, turn) => Work(user, turn), ThinkTime.Between(TimeSpan.Zero, 1.Milliseconds()));
        var grown = readings.Zip(readings.Skip(1), static (one, next) => next - one)
            .Select(static (bytes, turn) => (turn, bytes)).Skip(warmUp);
        // A time of a magnitude not seen before has a histogram grow, whenever it comes: once for each power of two.
        Assert.InRange(grown.Count(static one => one.bytes != 0), 0, 4);

        // Not an async method: its own state machine would be the test's garbage.
        ValueTask Work(Person user, int turn)
        {
            readings[turn] = GC.GetAllocatedBytesForCurrentThread();
            user.Begin("by hand").Done();
            return turn % 2 == 0 ? user.Rest(TimeSpan.Zero) : user.TimeWith("static", user, static one => one.Sooner());
        }
    }

    [Fact]
    public void A_user_that_stops_itself_ends_after_that_iteration_and_its_stop_runs()
    {
        using var town = Run(null, static (user, turn) =>
        {
            if (turn == 2) user.End();
            return default;
        });
        Assert.Equal((3, 1, 1), (town.Loops.Iterations, town.Loops.Stopped, Person.Of(town).Stops));
        Assert.False(town.Run.IsStopping);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_user_that_stops_the_run_says_why_and_the_first_one_counts(bool hasFailed)
    {
        using var town = Run(null, (user, turn) =>
        {
            if (turn == 2) user.EndRun("enough", hasFailed);
            if (turn == 2) user.EndRun("too late", !hasFailed);
            return default;
        });
        Assert.True(town.Run.IsStopping);
        Assert.Equal(("Person (user 0)", "enough", hasFailed),
            (town.Run.Asked!.Who, town.Run.Asked.Reason, town.Run.Asked.HasFailed));
    }

    [Fact]
    public void A_pause_inside_a_task_is_kept_when_the_run_stops_and_ends_when_it_is_cut()
    {
        var (reached, faults) = (false, 0);
        using var town = new Town(Person.Table(async (user, _) =>
        {
            await user.Rest(1000.Seconds());
            reached = true;
        }));
        town.Admit(0);
        town.Until(() => town.Loops.Running == 1);
        town.Stop();
        Assert.Equal(0, town.Loops.Stopped);
        town.Loops.Ask(static loop => loop.Cut(), TimeSpan.FromSeconds(60));
        town.Until(() => town.Loops.Stopped == 1);
        faults = town.Run.Faults.Count;
        Assert.Equal((false, 0), (reached, faults));
    }

    [Fact]
    public void Two_pauses_at_once_and_one_that_nobody_awaits_do_no_harm()
    {
        using var town = Run(10, static (user, turn) =>
        {
#pragma warning disable CA2012 // The mistake is what this is about.
            _ = user.Rest(1000.Seconds());
#pragma warning restore CA2012
            if (turn % 2 == 1) return user.Rest(1.Seconds());
            return default;
        }, ThinkTime.Constant(1.Milliseconds()));
        Assert.Equal((10, 5), (town.Loops.Iterations, town.Run.Faults.Single().Count));
    }

    [Fact]
    public void A_user_that_acts_in_its_constructor_is_told_so() =>
        Assert.Contains("begins in Start", Assert.Throws<InvalidOperationException>(
            static () => new Person((_, _) => default, default).End()).Message, StringComparison.Ordinal);

    static Town Run(long? iterations, Func<Person, int, ValueTask> work, ThinkTime pause = default)
    {
        var town = new Town(Person.Table(work, pause), 1, iterations);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        Assert.Null(town.Fault);
        return town;
    }

    static Dictionary<string, RequestStats> Rows(Town town) =>
        LeanLoad.Report.ResultBuilder.RequestsOf(town.Loops)
            .ToDictionary(row => town.Loops.Names[row.Key], static row => row.Value);

    sealed class Person(Func<Person, int, ValueTask> work, ThinkTime pause) : User
    {
        static readonly ConditionalWeakTable<Func<Person, int, ValueTask>, Person> Made = [];

        int turn;

        public int Stops { get; private set; }

        protected internal override ThinkTime ThinkTime => pause;

        public static ScenarioTable Table(Func<Person, int, ValueTask> work, ThinkTime pause = default) => new()
        {
            Users =
            [
                new UserClass("Person", "person", 1, [], _ => Made.GetValue(work, work => new Person(work, pause)),
                    [new TaskEntry("Work", 1, [], static user => ((Person)user).Work())]),
            ],
        };

        public static Person Of(Town town) => (Person)town.Plan.Users[0].Class.Create(town.Supplies);

        public ValueTask Work() => work(this, turn++);

        public ValueTask Time(string name, Func<ValueTask> timed) => Measure(name, timed);

        public ValueTask TimeWith(string name, Person state, Func<Person, ValueTask<int>> timed) =>
            Discard(Measure(name, state, timed));

        public ValueTask<int> Sooner() => new(turn);

        public Measurement Begin(string name) => StartMeasure(name);

        public ValueTask Rest(TimeSpan time) => Pause(time);

        public void End() => StopUser();

        public void EndRun(string reason, bool hasFailed)
        {
            if (hasFailed) FailRun(reason);
            else StopRun(reason);
        }

        protected internal override ValueTask Stop()
        {
            Stops++;
            return default;
        }

        static ValueTask Discard(ValueTask<int> done)
        {
            _ = done.Result;
            return default;
        }
    }
}
