using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>
/// What a user with think time and two tasks costs: in memory while it waits, and for each iteration.
/// </summary>
public sealed class UserCostTests
{
    [Fact]
    public void A_waiting_user_keeps_less_than_one_KiB()
    {
        const int users = 4000;
        using var town = new Town(Table(static _ => default, ThinkTime.Constant(1000.Seconds())));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var index = 0; index < users; index++) town.Admit(index);
        town.Until(() => town.Loops.Iterations == users);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / users;
        // User, session, runner and its state machine, its place in the loop's list and a pending time of the wheel.
        Assert.InRange(each, 100, 1024);
        town.Stop();
        town.Until(() => town.Loops.Stopped == users);
    }

    [Theory]
    [InlineData(TaskOrder.Weighted)]
    [InlineData(TaskOrder.Sequential)]
    public void An_iteration_of_two_tasks_with_think_time_allocates_nothing(TaskOrder order)
    {
        const int warmUp = 200;
        var readings = new List<long>(2000);
        using var town = new Town(Table(
            _ =>
            {
                readings.Add(GC.GetAllocatedBytesForCurrentThread());
                return default;
            },
            ThinkTime.Between(TimeSpan.Zero, 1.Milliseconds()), order), 1, 800);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        var grown = readings.Zip(readings.Skip(1), static (one, next) => next - one).Skip(warmUp);
        // A time of a magnitude not seen before has a histogram grow, whenever it comes: once for each power of two.
        Assert.InRange(grown.Count(static bytes => bytes != 0), 0, 4);
    }

    /// <summary>On a heap that is full, there is no room for as much as a list of those who are to go.</summary>
    [Fact]
    public void Users_are_let_go_cut_and_stopped_without_an_allocation()
    {
        const int users = 2000;
        using var town = new Town(Table(static _ => default, ThinkTime.Constant(1000.Seconds())));
        for (var index = 0; index < users; index++) town.Admit(index);
        town.Until(() => town.Loops.Iterations == users);
        long released = 0, cut = 0, stopped = 0;
        town.Loops.Ask(loop => released = Allocated(() => loop.Release(town.Plan.Users[0], users / 2)), 5.Seconds());
        Assert.Equal(users / 2, town.Loops.Stopped);
        town.Run.Stop();
        town.Loops.Ask(loop => cut = Allocated(loop.Cut), 5.Seconds());
        town.Loops.Ask(loop => stopped = Allocated(loop.BeginStop), 5.Seconds());
        // A list would be 8 B a user; what the runtime makes after a collection is some hundred bytes in all.
        Assert.All(new[] { released, cut, stopped }, static bytes => Assert.InRange(bytes, 0, users));
        Assert.Equal(users, town.Loops.Stopped);

        static long Allocated(Action step)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    static ScenarioTable Table(Func<User, ValueTask> work, ThinkTime pause, TaskOrder order = TaskOrder.Weighted) =>
        new()
        {
            Users =
        [
            new UserClass("Guest", "guest", 1, [], _ => new Guest(pause),
                [new TaskEntry("Look", 3, [], work), new TaskEntry("Buy", 1, [], work)])
            {
                Order = order,
            },
        ],
        };

    sealed class Guest(ThinkTime pause) : HttpUser
    {
        protected internal override ThinkTime ThinkTime => pause;
    }
}
