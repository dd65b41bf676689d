using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Attribution;

public sealed class AttributedTests
{
    [Fact]
    public void Rows_are_the_ledgers_largest_first_and_their_shares_sum_to_one()
    {
        var table = Attributed.Table(Told((3, ScopeKind.Task, 100), (4, ScopeKind.UserStart, 900),
            (5, ScopeKind.UserStop, 0)), new SampleTally());
        Assert.Equal([4, 3], table.Select(static row => row.Row.Scope.Id));
        Assert.Equal(1, table.Sum(static row => row.Share), 9);
        Assert.All(table, static row => Assert.Null(row.Agrees));
    }

    [Theory]
    [InlineData(20 * 102_400, true)]
    [InlineData(60 * 102_400, false)]
    public void Samples_agree_where_the_ledger_lies_within_their_interval(long ledger, bool agrees)
    {
        var samples = new SampleTally();
        for (var index = 0; index < 20; index++)
        {
            samples.Accept(new AllocationSample(TimeSpan.Zero, 1, 1, "System.String", new Bytes(100), 102_400,
                Ledger.ActivityOf(4)));
        }

        Assert.Equal(agrees, Assert.Single(Attributed.Table(Told((4, ScopeKind.UserStart, ledger)), samples)).Agrees);
    }

    [Fact]
    public void A_tasks_cost_is_spread_over_the_users_that_run_it_and_not_over_its_iterations()
    {
        var view = Told((3, ScopeKind.Task, 1000), (4, ScopeKind.UserStart, 900));
        View.Tell(view, new PlateauReached(new Plateau(8, TimeSpan.Zero, default)));
        var costs = Attributed.Costs(view).ToDictionary(static cost => cost.Scope.Id, static cost => cost.Users);
        Assert.Equal((8, 7), (costs[3], costs[4]));
    }

    static RunView Told(params (int Id, ScopeKind Kind, long Bytes)[] scopes)
    {
        var view = new RunView();
        foreach (var (id, kind, bytes) in scopes)
        {
            View.Tell(view, new ScopeDefined(new Scope(id, kind, $"scope {id}")));
            View.Tell(view, new ScopeCharged(TimeSpan.Zero, 0, id, new Bytes(bytes), bytes == 0 ? 0 : 7));
        }

        return view;
    }
}
