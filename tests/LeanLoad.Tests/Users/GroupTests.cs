using System.Diagnostics;
using CsCheck;
using LeanLoad.Load;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>Groups of users side by side: each has books of its own, and they close.</summary>
public sealed class GroupTests
{
    sealed class Worker(Func<ValueTask>? start = null) : User
    {
        protected internal override ValueTask Start() => start?.Invoke() ?? default;

        protected internal override ThinkTime ThinkTime => ThinkTime.Constant(1.Milliseconds());
    }

    [Theory]
    [InlineData(WhenBusy.Late)]
    [InlineData(WhenBusy.Drop)]
    public void The_books_of_each_group_close_and_sum_to_those_of_the_run(object policy) =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 8], Gen.Int[1, 6], Gen.Int[100, 2000], Gen.Int[0, 3], Gen.Long[1, 200])
            .Sample((loops, users, pool, rate, failOneIn, iterations) => Run(
                loops, users, pool, rate, failOneIn, iterations, (WhenBusy)policy), iter: 4, threads: 1);

    [Fact]
    public void One_group_ends_and_is_cut_while_the_other_goes_on()
    {
        var hung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var table = Table(async () => await hung.Task, static () => default);
        using var town = new Town(table, 1, ("slow", null), ("quick", null));
        for (var index = 0; index < 6; index++) town.Admit(index, index % 2);
        town.Until(() => town.Loops.BooksOf(0).InFlight == 3 && town.Loops.BooksOf(1).Done > 20);

        town.Run.Groups[0].Stop();
        town.Loops.Ask(static loop => loop.Groups[0].BeginStop(), 5.Seconds());
        town.Loops.Ask(static loop => loop.Groups[0].Cut(), 5.Seconds());
        var before = town.Loops.BooksOf(1).Done;
        town.Until(() => town.Loops.BooksOf(1).Done > before + 20);
        Assert.Equal((3, 0), (town.Loops.RunningOf(1), town.Loops.GoneOf(1)));
        // What cannot be cut is left behind, and counted once it ends.
        hung.SetResult();
        town.Until(() => town.Loops.GoneOf(0) == 3);
        Assert.Equal(new Books(3, 0, 0, 0, 0, 3, 0), town.Loops.BooksOf(0));

        town.Stop();
        town.Until(() => town.Loops.Stopped == 6);
        Assert.Equal(town.Loops.BooksOf(1).Planned, town.Loops.BooksOf(1).Done);
    }

    [Fact]
    public void The_most_users_at_a_time_are_those_that_ran_together_on_all_loops()
    {
        var started = 0;
        var table = Table(static () => default, static () => default,
            () => Interlocked.Increment(ref started) % 4 == 0 ? throw new FormatException("no seat") : default);
        using var town = new Town(table, 2, ("slow", null), ("quick", null));
        for (var index = 0; index < 16; index++) town.Admit(index);
        for (var index = 0; index < 2; index++) town.Admit(index, 1);
        town.Until(() => town.Loops.Started == 18);
        var failed = town.Loops.FailedOf(0);
        Assert.Equal(18 / 4, town.Loops.Failed);
        // The places of those whose start failed go first.
        town.Loops.Ask(loop => loop.Release(town.Plan.Users[0], loop.Groups[0].Failed + 2), 5.Seconds());
        town.Until(() => town.Loops.Stopped == 4);
        // As many again as have gone, and no more at a time than before.
        var (most, running) = (town.Run.Groups[0].MostRunning, town.Loops.RunningOf(0));
        Assert.Equal((16 - failed, 16 - failed - 4), (most, running));
        town.Stop();
        town.Until(() => town.Loops.Stopped + town.Loops.Failed == 18);
        Assert.Equal((16 - failed, 0), (town.Run.Groups[0].MostRunning, town.Loops.Running));
    }

    [Fact]
    public void Windows_sum_the_iterations_of_each_group_apart()
    {
        using var town = new Town(Table(static () => default, static () => default), 2, ("slow", 40), ("quick", 70));
        for (var index = 0; index < 8; index++) town.Admit(index, index % 2);
        town.Until(() => town.Loops.Stopped == 8);
        var sums = new WindowStats(2);
        foreach (var loop in town.Loops.All) sums.Merge(loop.Windows.Open);
        Assert.Equal((40, 70, 110),
            (sums.IterationsOf(0).Ended, sums.IterationsOf(1).Ended, sums.Iterations.Ended));
        Assert.True(sums.IterationsOf(0).PauseUs > 0 && sums.IterationsOf(1).PauseUs > 0);
    }

    [Fact]
    public void Groups_side_by_side_allocate_nothing_per_iteration()
    {
        var table = Table(static () => default, static () => default);
        using var town = new Town(table, 1, ("slow", null), ("quick", null));
        town.Loops.Ask(static loop => loop.Groups[1].UseArrivals([1], WhenBusy.Late), 5.Seconds());
        for (var index = 0; index < 20; index++) town.Admit(index, index % 2);
        town.Until(() => town.Loops.Started == 20);
        Follow(town, 1, 2_000, 60.Seconds());
        town.Until(() => town.Loops.BooksOf(0).Done > 2_000 && town.Loops.BooksOf(1).Done > 500);
        // An object each would be 24 B and more. A page of a histogram, for times that none had before, is made once:
        // where a busy machine needed many, the next round needs none.
        var bytes = long.MaxValue;
        for (var round = 0; round < 3 && bytes >= 20_000; round++)
        {
            var (before, done) = (Allocated(town), town.Loops.Books.Done);
            town.Until(() => town.Loops.Books.Done > done + 20_000);
            bytes = Allocated(town) - before;
        }

        town.Stop();
        town.Until(() => town.Loops.Stopped == 20);
        Assert.True(bytes < 20_000, $"{bytes} B in 20,000 iterations");
    }

    static void Run(int loops, int users, int pool, int rate, int failOneIn, long iterations, WhenBusy policy)
    {
        var number = 0;
        var table = Table(Work, Work);
        using var town = new Town(table, loops, ("slow", iterations), ("quick", null));
        town.Loops.Ask(loop => loop.Groups[1].UseArrivals([1], policy), 5.Seconds());
        for (var index = 0; index < users; index++) town.Admit(index, 0);
        for (var index = 0; index < pool; index++) town.Admit(index, 1);
        town.Until(() => town.Loops.Started == users + pool);
        Follow(town, 1, rate, 100.Milliseconds());
        Thread.Sleep(120);
        town.Stop();
        town.Loops.Ask(static loop => loop.Cut(), 5.Seconds());
        town.Until(() => town.Loops.Stopped == users + pool);
        var (closed, open) = (town.Loops.BooksOf(0), town.Loops.BooksOf(1));
        Assert.Equal((closed.Planned, iterations), (closed.Accounted, closed.Planned));
        Assert.Equal((open.Planned, (int)Math.Ceiling(rate * 0.1 - 1e-9)), (open.Accounted, open.Planned));
        Assert.Equal((0, 0), (closed.InFlight, open.InFlight));
        Assert.Equal(0, policy == WhenBusy.Drop ? open.Late : open.Dropped);
        Assert.Equal(closed + open, town.Loops.Books);
        Assert.Equal([closed, open], town.Loops.ReadBooks(5.Seconds()));

        async ValueTask Work()
        {
            var own = Interlocked.Increment(ref number);
            if (own % 3 == 0) await Task.Delay(3);
            if (failOneIn > 0 && own % failOneIn == 0) throw new FormatException("no number");
            // What is not ended when the run stops is cut.
            if (own % 50 == 0) await Task.Delay(150);
        }
    }

    static long Allocated(Town town)
    {
        var bytes = 0L;
        town.Loops.Ask(loop => Interlocked.Add(ref bytes, GC.GetAllocatedBytesForCurrentThread()), 5.Seconds());
        return Interlocked.Read(ref bytes);
    }

    static void Follow(Town town, int group, double rate, TimeSpan duration)
    {
        var now = Stopwatch.GetTimestamp();
        var endsAt = now + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        town.Loops.Ask(loop => loop.Groups[group].Arrivals!.Follow(new ArrivalPlan(
            new LoadCurve(rate), now, endsAt, loop.Loop.Index, town.Loops.All.Count)), 5.Seconds());
    }

    internal static ScenarioTable Table(Func<ValueTask> slow, Func<ValueTask> quick, Func<ValueTask>? start = null) =>
        new()
        {
            Users =
            [
                new UserClass("Slow", "slow", 1, [], _ => new Worker(start),
                    [new TaskEntry("Work", 1, [], _ => slow())]),
                new UserClass("Quick", "quick", 1, [], _ => new Worker(start),
                    [new TaskEntry("Work", 1, [], _ => quick())]),
            ],
        };
}
