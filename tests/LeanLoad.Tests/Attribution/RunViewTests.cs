using CsCheck;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Attribution;

public sealed class RunViewTests
{
    static readonly TimeSpan At = TimeSpan.FromSeconds(1);

    [Fact]
    public void Deltas_add_up_under_the_name_that_was_defined()
    {
        var view = new RunView();
        View.Tell(view, new RequestDefined(3, "/v2/"));
        for (var second = 1; second <= 3; second++)
        {
            var times = new LatencyHistogram();
            times.Record(100 * second);
            View.Tell(view, new RequestDelta(At * second, 3, 1, 0, 10, times, null));
        }

        View.Tell(view, new FailureSeen(At, 3, FailureKind.Timeout, 2, "no response"));
        View.Tell(view, new FailureSeen(At * 2, 3, FailureKind.Timeout, 1, null));
        var row = view.Requests[3];
        Assert.Equal(("/v2/", 3, 30, 3),
            (view.NameOf(3), (int)row.Requests, (int)row.BytesReceived, (int)row.FailuresOf(FailureKind.Timeout)));
        Assert.Equal("no response", row.ExampleOf(FailureKind.Timeout));
        Assert.Equal("request 9", view.NameOf(9));
    }

    [Fact]
    public void A_warning_that_is_told_again_counts_once()
    {
        var view = new RunView();
        foreach (var code in new[] { "leak", "projection", "leak" }) View.Tell(view, new Warning(At, code, code));
        Assert.Equal(["leak", "projection"], view.Warnings.Select(static warning => warning.Code));
        Assert.Equal(0, view.Unread);
    }

    [Fact]
    public void Charges_are_totals_of_a_loop_so_the_last_one_counts_and_loops_add_up()
    {
        var view = new RunView();
        View.Tell(view, new ScopeDefined(new Scope(4, ScopeKind.UserStart, "Hub.Start")));
        foreach (var (loop, bytes, entries) in new[] { (0, 100, 1), (1, 50, 1), (0, 300, 2), (1, 70, 3) })
        {
            View.Tell(view, new ScopeCharged(At, loop, 4, new Bytes(bytes), entries));
        }

        Assert.Equal((new Bytes(370), 5), view.ChargedTo(4));
        Assert.Equal((Bytes.Zero, 0), view.ChargedTo(5));
    }

    [Fact]
    public void What_can_not_be_read_is_counted_and_harms_nothing()
    {
        var view = new RunView();
        View.Tell(view, new PhaseChanged(At, RunPhase.Ramp));
        view.Accept([200, 1, 2, 3]);
        view.Accept([]);
        Assert.Equal(2, view.Unread);
        Assert.Equal(RunPhase.Ramp, view.Phase);
        Assert.Null(view.Started);
        Assert.Null(view.Ended);
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, 200].List[0, 20].Sample(records =>
        {
            var view = new RunView();
            foreach (var record in records) view.Accept(record);
        });
}
