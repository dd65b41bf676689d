using System.Diagnostics;
using CsCheck;
using LeanLoad.Load;
using Xunit;
using static LeanLoad.Tests.Users.UserTests;

namespace LeanLoad.Tests.Users;

/// <summary>The open model: arrivals, a pool that takes them, and books that close.</summary>
public sealed class ArrivalTests
{
    [Theory]
    [InlineData(WhenBusy.Late)]
    [InlineData(WhenBusy.Drop)]
    public void Every_planned_arrival_is_done_failed_late_dropped_cut_or_in_flight(object policy) =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 8], Gen.Int[200, 3000], Gen.Int[0, 3]).Sample(
            (loops, users, rate, failOneIn) =>
                Run(loops, users, rate, failOneIn, (WhenBusy)policy), iter: 6, threads: 1);

    [Fact]
    public void With_users_enough_as_many_begin_as_the_rate_says_exactly()
    {
        using var town = Open(new Sketch(), 2, 20, WhenBusy.Late);
        Follow(town, new LoadCurve(100, new Stage(200.Milliseconds(), 500), new Stage(100.Milliseconds(), 0)),
            300.Milliseconds());
        town.Until(() => town.Loops.Books.Done == 85);
        Thread.Sleep(20);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 20);
        Assert.Equal(new(85, 85, 0, 0, 0, 0, 0), town.Loops.Books);
        Assert.Equal(85, town.Loops.All.Sum(static loop => loop.Slip.Count + loop.Groups[0].Arrivals!.BegunLate));
    }

    [Fact]
    public void Who_finds_no_free_user_begins_late_and_its_time_counts_from_when_it_was_due()
    {
        // One user, 50 ms each, one every 10 ms: the tenth is due at 90 ms, and ends at 500.
        var sketch = new Sketch { Tasks = [new TaskEntry("Work", 1, [], static _ => new ValueTask(Task.Delay(50)))] };
        using var town = Open(sketch, 1, 1, WhenBusy.Late);
        Follow(town, new LoadCurve(100), 100.Milliseconds());
        town.Until(() => town.Loops.Books.Done == 10);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 1);
        var time = new SortedDictionary<int, LeanLoad.Stats.IterationStats>();
        town.Loops.All[0].Iterations.AddTo(time);
        Assert.InRange(time.Single().Value.Time.MaxUs, 400_000, 5_000_000);
        Assert.Equal(9, town.Loops.All[0].Groups[0].Arrivals!.BegunLate);
    }

    [Fact]
    public void Users_that_are_released_take_no_arrival_and_the_others_go_on()
    {
        using var town = Open(new Sketch(), 1, 10, WhenBusy.Late);
        Follow(town, new LoadCurve(1000), 10.Seconds());
        town.Loops.Ask(loop => loop.Release(town.Plan.Users[0], 7), 5.Seconds());
        town.Until(() => town.Loops.Stopped == 7 && town.Loops.Books.Done > 50);
        Assert.Equal(3, town.Loops.Running);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 10);
        Assert.Equal(town.Loops.Books.Planned, town.Loops.Books.Accounted);
    }

    [Fact]
    public void A_think_time_that_throws_stops_its_user_and_strands_nobody()
    {
        var sketch = new Sketch { OnPause = static () => throw new InvalidOperationException("no idea") };
        using var town = new Town(Table(sketch));
        for (var index = 0; index < 5; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == 5);
        var fault = Assert.Single(town.Run.Faults);
        Assert.Equal(("Visitor.ThinkTime", 5L), (fault.Place, fault.Count));
    }

    static void Run(int loops, int users, int rate, int failOneIn, WhenBusy policy)
    {
        var number = 0;
        var sketch = new Sketch
        {
            Tasks =
            [
                new TaskEntry("Work", 1, [], async _ =>
                {
                    var own = Interlocked.Increment(ref number);
                    if (own % 3 == 0) await Task.Delay(3);
                    if (failOneIn > 0 && own % failOneIn == 0) throw new FormatException("no number");
                    // What is not ended when the run stops is cut.
                    if (own % 50 == 0) await Task.Delay(400);
                }),
            ],
        };
        using var town = Open(sketch, loops, users, policy);
        Follow(town, new LoadCurve(rate), 100.Milliseconds());
        Thread.Sleep(120);
        town.Stop();
        town.Loops.Ask(static loop => loop.Cut(), 5.Seconds());
        var stopping = town.Loops.Books;
        Assert.Equal(stopping.Planned, stopping.Accounted);
        town.Until(() => town.Loops.Stopped == users);
        var books = town.Loops.Books;
        Assert.Equal(books.Planned, books.Accounted);
        Assert.Equal((int)Math.Ceiling(rate * 0.1 - 1e-9), books.Planned);
        Assert.Equal(0, books.InFlight);
        if (policy == WhenBusy.Drop) Assert.Equal(0, books.Late);
        else Assert.Equal(0, books.Dropped);
    }

    static Town Open(Sketch sketch, int loops, int users, WhenBusy policy)
    {
        var town = new Town(Table(sketch), loops);
        town.Loops.Ask(loop => loop.Groups[0].UseArrivals([1], policy), 5.Seconds());
        for (var index = 0; index < users; index++) town.Admit(index);
        town.Until(() => town.Loops.Started == users);
        return town;
    }

    static void Follow(Town town, LoadCurve shape, TimeSpan duration)
    {
        var now = Stopwatch.GetTimestamp();
        var endsAt = now + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        town.Loops.Ask(loop => loop.Groups[0].Arrivals!.Follow(
            new ArrivalPlan(shape, now, endsAt, loop.Loop.Index, town.Loops.All.Count)), 5.Seconds());
    }
}
