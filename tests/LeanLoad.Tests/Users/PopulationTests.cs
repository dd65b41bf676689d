using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>Who is let in when several groups share the run.</summary>
public sealed class PopulationTests : IDisposable
{
    /// <summary>Every third of them goes of itself: its start fails, or it stops.</summary>
    sealed class Guest(bool fails) : User
    {
        protected internal override ValueTask Start() =>
            fails && IsFickle ? throw new FormatException("no seat") : default;

        protected internal override ThinkTime ThinkTime => ThinkTime.Constant(1.Milliseconds());

        bool IsFickle => Index % 3 == 0;

        public ValueTask Stay()
        {
            if (IsFickle) StopUser();
            return default;
        }
    }

    readonly MemoryReader memory = MemoryReader.Open();
    readonly Town town = new(GroupTests.Table(static () => default, static () => default), 1, ("slow", null),
        ("quick", null));

    TimeSpan at;

    public void Dispose()
    {
        town.Stop();
        town.Dispose();
        memory.Dispose();
    }

    [Fact]
    public void Groups_that_are_due_together_come_in_turn_by_their_share()
    {
        var population = Of(new LoadPlan(12, 0, null, null), new LoadPlan(4, 0, null, null));
        while (!population.IsComplete)
        {
            Step(population, TimeSpan.Zero);
            var (many, few) = (population.Rosters[0].Present, population.Rosters[1].Present);
            Assert.InRange(many - 3 * few, -3, 3);
        }

        Assert.Equal([12, 4], population.Rosters.Select(static roster => roster.Present));
        Assert.Equal(16, population.Planned);
    }

    [Fact]
    public void A_rest_counts_those_who_are_there_and_none_of_a_group_that_is_over()
    {
        var later = 10.Seconds();
        var population = Of(new LoadPlan(4, 0, later, null), new LoadPlan(6, 0, null, null) { After = later });
        Assert.Equal(6, population.Planned);
        while (population.Rosters[0].Present < 4 || population.Plateaus[^1].Users < 4) Step(population, TimeSpan.Zero);
        Assert.Equal([0, 1, 2, 3, 4], population.Plateaus.Select(static plateau => plateau.Users).Distinct());

        population.Rosters[0].Close();
        while (population.Rosters[1].Present < 6 || population.Plateaus[^1].Users < 6) Step(population, later);
        Assert.Equal([0, 1, 2, 3, 4, 1, 2, 3, 4, 6],
            population.Plateaus.Select(static plateau => plateau.Users));
        Assert.Equal(6, population.Present);
        // Who was there at a time is known when nobody is any more.
        Assert.Equal([0, 6], population.Rosters.Select(static roster => roster.Present));
        Assert.Equal([4, 6], town.Run.Groups.Select(static group => group.MostRunning));
    }

    [Fact]
    public void A_closed_group_waits_for_its_time_and_a_pool_does_not()
    {
        var population = Of(new LoadPlan(3, 0, null, null) { After = 5.Seconds() },
            new LoadPlan(2, 0, null, null) { After = 9.Seconds(), Arrivals = new LoadCurve(1) });
        while (!population.HasPools) Step(population, null);
        Assert.Equal([0, 2], population.Rosters.Select(static roster => roster.Present));
        for (var step = 0; step < 20; step++) Step(population, 4.Seconds());
        Assert.Equal([0, 2], population.Rosters.Select(static roster => roster.Present));
        Assert.True(population.IsComplete);
        while (population.Rosters[0].Present < 3) Step(population, 5.Seconds());
    }

    [Fact]
    public void A_group_that_is_to_have_nobody_holds_up_none()
    {
        var population = Of(new LoadPlan(3, 0, null, null), new LoadPlan(2, 0, null, null) { After = 1.Seconds() });
        while (!population.IsComplete) Step(population, TimeSpan.Zero);
        population.Follow(population.Rosters[1], population.Rosters[1].Plan.WithUsers(0, 0, TimeSpan.Zero));
        Step(population, 2.Seconds());
        Assert.True(population.IsCompleteIn(population.Rosters[1]));
        Assert.True(population.IsComplete);
    }

    [Fact]
    public void Of_users_who_stand_in_their_start_for_good_the_others_are_read_at_rest()
    {
        var gate = new TaskCompletionSource();
        var starts = 0;
        using var stuck = new Town(GroupTests.Table(static () => default, static () => default,
            () => Interlocked.Increment(ref starts) == 6 ? new ValueTask(gate.Task) : default), 1, ("slow", null));
        var population = Of(stuck, new LoadPlan(16, 0, null, null));
        Until(population, 60, () => population.Present == 16 && population.Plateaus[^1].Users == 15);
        Assert.Equal([0, 1, 2, 3, 4, 7, 15], population.Plateaus.Select(static plateau => plateau.Users));
        Assert.NotNull(population.Projection);
        Assert.Null(population.Guard.Unrested);
        gate.SetResult();
        stuck.Stop();
    }

    [Fact]
    public void Where_no_start_ends_in_time_that_is_said_and_the_ramp_goes_on()
    {
        var gate = new TaskCompletionSource();
        using var stuck = new Town(GroupTests.Table(static () => default, static () => default,
            () => new ValueTask(gate.Task)), 1, ("slow", null));
        var population = Of(stuck, new LoadPlan(4, 0, null, null));
        Until(population, 60, () => population.Present == 4 && population.Guard.Unrested is not null);
        Assert.Equal([0], population.Plateaus.Select(static plateau => plateau.Users));
        Assert.Contains("could not be read at rest with 1 user,", population.Guard.Unrested, StringComparison.Ordinal);
        gate.SetResult();
        stuck.Stop();
    }

    // The run's own time, not the machine's: ten seconds pass at once.
    void Until(Population population, int seconds, Func<bool> isReached)
    {
        var end = at + TimeSpan.FromSeconds(seconds);
        while (!isReached() && at < end)
        {
            at += 100.Milliseconds();
            Thread.Sleep(1);
            population.Step(at, at, TimeSpan.Zero);
        }

        Assert.True(isReached());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_gone_of_itself_makes_room_before_anybody_who_runs_has_to_go(bool fails)
    {
        using var inn = new Town(new ScenarioTable
        {
            Users =
            [
                new UserClass("Guest", "guest", 1, [], _ => new Guest(fails),
                    [new TaskEntry("Stay", 1, [], static user => ((Guest)user).Stay())]),
            ],
        });
        var population = Of(inn, new LoadPlan(30, 0, null, null));
        var roster = population.Rosters[0];
        while (!population.IsComplete) Step(inn, population, TimeSpan.Zero);
        inn.Until(() => inn.Loops.GoneOf(0) == 10);

        // Ten are gone: to have 24 places nobody else has to go, to have 15 five do; and whoever comes again stays.
        foreach (var (places, running) in new[] { (24, 20), (15, 15), (0, 0), (6, 4) })
        {
            population.Follow(roster, roster.Plan.WithUsers(places, roster.Present, at));
            do Step(inn, population, TimeSpan.Zero);
            while (roster.Present != places || !population.IsComplete);
            inn.Until(() => inn.Loops.RunningOf(0) == running);
            // As many steps as a user takes that has to go.
            inn.Loops.Ask(static _ => { }, 5.Seconds());
            Assert.Equal(running, inn.Loops.RunningOf(0));
            Assert.InRange(roster.Settled, running, places);
        }

        inn.Stop();
    }

    Population Of(params LoadPlan[] plans) => Of(town, plans);

    Population Of(Town town, params LoadPlan[] plans) => town.Populate(memory, OverMemory.Ignore, plans);

    void Step(Population population, TimeSpan? load) => Step(town, population, load);

    void Step(Town town, Population population, TimeSpan? load)
    {
        at += 10.Milliseconds();
        Thread.Yield();
        population.Step(at, at, load);
        // A rest ends when who was let in has started.
        town.Until(() => town.Loops.Started == population.Admitted);
    }
}
