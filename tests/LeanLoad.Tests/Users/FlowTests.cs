using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

public sealed class FlowTests
{
    [Theory]
    [InlineData(TaskOrder.Sequential, "Home Home Login Home Home Login")]
    public void A_sequence_goes_by_source_order_each_as_often_in_a_row_as_its_weight(
        TaskOrder order, string expected) =>
        Assert.Equal(expected, Names(User(order, [], ("Home", 2, null), ("Login", 1, null)), 6));

    [Fact]
    public void A_flow_is_done_to_its_end_with_the_flow_inside_it_and_then_hands_back()
    {
        var user = User(
            TaskOrder.Sequential, [new FlowEntry("buy/pay", 1, TaskOrder.Sequential, 0)],
            ("Home", 1, null), ("Cart", 1, "buy"), ("Card", 1, "buy/pay"), ("Confirm", 2, "buy/pay"),
            ("Thanks", 1, "buy"), ("Leave", 1, null));
        Assert.Equal("Home Cart Card Confirm Confirm Thanks Leave Home Cart", Names(user, 9));
    }

    [Fact]
    public void A_picked_flow_is_not_interrupted_by_what_stands_beside_it()
    {
        var user = User(TaskOrder.Weighted, [new FlowEntry("buy", 3, TaskOrder.Sequential, 0)], ("Home", 1, null),
            ("Cart", 1, "buy"), ("Pay", 1, "buy"));
        var names = Names(user, 4000).Split(' ');
        for (var index = 0; index + 1 < names.Length; index++)
        {
            Assert.Equal(names[index] == "Cart", names[index + 1] == "Pay");
        }

        // Three flows of two tasks for each lone task: one in seven; four standard deviations of 2,300 choices.
        Assert.InRange(names.Count(static name => name == "Home") / 4000.0, 1 / 7.0 - 0.02, 1 / 7.0 + 0.02);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(5, 5)]
    public void A_weighted_flow_ends_after_its_picks(int picks, int expected)
    {
        var user = User(TaskOrder.Sequential, [new FlowEntry("look", 1, TaskOrder.Weighted, picks)], ("Home", 1, null),
            ("A", 1, "look"), ("B", 3, "look"));
        var rounds = Names(user, 600).Split("Home", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(rounds[..^1], round => Assert.Equal(expected, round.Trim().Split(' ').Length));
    }

    [Fact]
    public void What_a_flow_has_left_is_not_done_once_it_is_left()
    {
        var user = User(TaskOrder.Sequential, [], ("Home", 1, null), ("Cart", 1, "buy"), ("Pay", 9, "buy"));
        var (cursor, random) = (new FlowCursor(TaskGroup.Of(user, Planned(user))), default(UserRandom));
        Assert.Equal(["Home", "Cart"], [Next(), Next()]);
        cursor.Leave();
        Assert.Equal(["Home", "Cart", "Pay"], [Next(), Next(), Next()]);

        string Next() => cursor.Next(ref random).Entry.Name;
    }

    [Fact]
    public void Moving_on_allocates_nothing()
    {
        var user = User(TaskOrder.Weighted, [], ("Home", 1, null), ("Cart", 1, "buy"), ("Pay", 1, "buy/pay"));
        var (cursor, random) = (new FlowCursor(TaskGroup.Of(user, Planned(user))), UserRandom.ForUser(1, 0));
        for (var warm = 0; warm < 100; warm++) cursor.Next(ref random);
        Assert.Equal(0, LeastAllocated(() =>
        {
            for (var count = 0; count < 10_000; count++) cursor.Next(ref random);
        }));
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("buy", 2)]
    [InlineData("buy/pay", 3)]
    public void A_cursor_takes_56_bytes_and_8_for_each_depth(string? flow, int depths)
    {
        var user = User(TaskOrder.Sequential, [], ("Home", 1, null), ("Cart", 1, flow));
        var root = TaskGroup.Of(user, Planned(user));
        Assert.Equal(depths, root.MostDepth + 1);
        // To ask for the depth takes something, too, and none of it stays.
        var asked = LeastAllocated(() => _ = root.MostDepth);
        Assert.Equal(56 + 8 * depths, LeastAllocated(() => GC.KeepAlive(new FlowCursor(root))) - asked);
    }

    // What the runtime makes after a collection, which another test may bring about, is not the cursor's.
    static long LeastAllocated(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    static string Names(UserClass user, int count)
    {
        var (cursor, random) = (new FlowCursor(TaskGroup.Of(user, Planned(user))), UserRandom.ForUser(3, 0));
        var names = new List<string>();
        for (var index = 0; index < count; index++) names.Add(cursor.Next(ref random).Entry.Name);
        return string.Join(' ', names);
    }

    static UserClass User(TaskOrder order, FlowEntry[] flows, params (string Name, int Weight, string? Flow)[] tasks) =>
        new(
        "Shopper", "shop", 1, [], static _ => throw new NotSupportedException(),
        [.. tasks.Select(
            static task => new TaskEntry(task.Name, task.Weight, [], static _ => default) { Flow = task.Flow })])
        {
            Order = order,
            Flows = flows,
        };

    static IEnumerable<PlannedTask> Planned(UserClass user) =>
        user.Tasks.Select(static (task, index) => new PlannedTask(task, index));
}
