using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class LiveBudgetTests
{
    static readonly MemoryReading Start = Reading("/slice/run", limitMiB: 64, leftMiB: 64);

    readonly LiveBudget live = new(Budget.Resolve(null, Start));

    [Fact]
    public void Two_limits_that_leave_nearly_the_same_are_no_change_however_often_the_tightest_is_the_other()
    {
        for (var look = 0; look < 10_000; look++)
        {
            var reading = look % 2 == 0 ? Start : Reading("/slice", limitMiB: 100, leftMiB: 63.9);
            Assert.Null(live.Look(reading, TimeSpan.FromSeconds(look)));
            Assert.Equal(look % 2 == 0 ? 64 : 63.9, live.Amount!.Value.MiB, 3);
        }
    }

    [Fact]
    public void Where_another_limit_leaves_the_least_that_is_not_a_limit_that_changed()
    {
        var change = live.Look(Reading("/slice", limitMiB: 100, leftMiB: 40), default)!.Value;
        var text = change.Tell(heap: null);
        Assert.Equal("The limit that leaves the least is that of memory cgroup /slice now, 100 MiB; it was that of "
            + "/slice/run, 64.0 MiB: the run goes on with a budget of 40.0 MiB.", text);
        Assert.Equal("tightest limit", change.Code(text));
        // And back, where it had been moved meanwhile.
        change = live.Look(Reading("/slice/run", limitMiB: 48, leftMiB: 48), TimeSpan.FromSeconds(20))!.Value;
        Assert.StartsWith("The limit that leaves the least is that of memory cgroup /slice/run now, 48.0 MiB",
            change.Tell(null), StringComparison.Ordinal);
    }

    [Theory]
    // What others leave of 64 MiB and whether that is told: a neighbour that breathes, one that takes and gives much.
    [InlineData(57, null)]
    [InlineData(56, "Others use more of the limit of memory cgroup /slice/run, 64.0 MiB: the run goes on with a budget "
        + "of 56.0 MiB, of which the managed heap may take 50.0 MiB.")]
    [InlineData(1, "Others use more of the limit of memory cgroup /slice/run, 64.0 MiB: the run goes on with a budget "
        + "of 1.0 MiB, of which the managed heap may take 50.0 MiB.")]
    public void What_others_take_is_told_from_an_eighth_of_the_budget_on(double leftMiB, string? told)
    {
        var change = live.Look(Reading("/slice/run", limitMiB: 64, leftMiB), default);
        Assert.Equal(told, change?.Tell(Bytes.FromMiB(50)));
        Assert.Equal(leftMiB, live.Amount!.Value.MiB);
        if (change is { } others) Assert.Equal("others", others.Code(told!));
    }

    [Fact]
    public void A_neighbour_that_swings_by_much_is_told_every_ten_seconds_at_most_and_a_limit_at_once()
    {
        var told = 0;
        for (var second = 0; second < 60; second++)
        {
            var left = second % 2 == 0 ? 20 : 60;
            if (live.Look(Reading("/slice/run", 64, left), TimeSpan.FromSeconds(second)) is not null) told++;
        }

        Assert.InRange(told, 2, 6);
        var change = live.Look(Reading("/slice/run", 128, 90), TimeSpan.FromSeconds(60));
        Assert.StartsWith("The limit of memory cgroup /slice/run changed from 64.0 MiB to 128 MiB: the run goes on",
            change?.Tell(null), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_move_on_and_on_are_told_a_hundred_times_and_followed_for_ever()
    {
        var told = 0;
        for (var look = 0; look < 1000; look++)
        {
            var limit = 65 + look % 2;
            if (live.Look(Reading("/slice/run", limit, limit), default) is not null) told++;
            Assert.Equal(limit, live.Amount!.Value.MiB);
        }

        Assert.Equal(100, told);
        // And what others do all the same.
        var others = live.Look(Reading("/slice/run", limitMiB: 66, leftMiB: 20), TimeSpan.FromSeconds(20));
        Assert.StartsWith("Others use more of the limit of memory cgroup /slice/run, 66.0 MiB", others?.Tell(null),
            StringComparison.Ordinal);
    }

    static MemoryReading Reading(string cgroup, double limitMiB, double leftMiB) => new()
    {
        Unreclaimable = Bytes.FromMiB(10),
        Limit = Bytes.FromMiB(limitMiB),
        LimitName = cgroup,
        Room = Bytes.FromMiB(leftMiB - 10),
    };
}
