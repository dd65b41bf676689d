using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Stats;

public sealed class RequestTableTests
{
    static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    [Fact]
    public void First_bytes_have_a_histogram_of_their_own_only_once_one_came_before_its_last_byte()
    {
        var stats = new RequestStats();
        stats.Record(100, 100, 100, 0, FailureKind.None);
        stats.Record(120, 110, 110, 0, FailureKind.None);
        Assert.Same(stats.Service, stats.FirstByte);
        stats.Record(500, 400, 50, 0, FailureKind.None);
        // One that met its deadline before anything came has a service time and no first byte.
        stats.Record(900, 900, -1, 0, FailureKind.Timeout);
        Assert.Equal((3, 50, 110, 4),
            (stats.FirstByte.Count, stats.FirstByte.MinUs, stats.FirstByte.MaxUs, stats.Service.Count));
        var merged = new RequestStats();
        merged.Record(70, 70, 70, 0, FailureKind.None);
        merged.Merge(stats);
        Assert.Equal((4, 50, 110), (merged.FirstByte.Count, merged.FirstByte.MinUs, merged.FirstByte.MaxUs));
    }

    [Fact]
    public void What_was_reserved_for_changes_nothing_and_is_merged_without_a_byte()
    {
        var (stats, other, same) = (new RequestStats(), new RequestStats(), new RequestStats());
        foreach (var one in (RequestStats[])[stats, same]) one.Record(100, 100, 100, 0, FailureKind.None);
        other.Record(90_000, 5_000, 50, 7, FailureKind.Timeout);
        other.AddExample(FailureKind.Timeout, "late");

        stats.ReserveFor(other);

        Assert.Equal((1, 0, 0), (stats.Requests, stats.Failures, stats.FailuresOf(FailureKind.Timeout)));
        Assert.Equal((same.Response, same.Service, same.FirstByte), (stats.Response, stats.Service, stats.FirstByte));
        var before = GC.GetAllocatedBytesForCurrentThread();
        stats.Merge(other);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        same.Merge(other);
        Assert.Equal((2, 1, 7, "late"),
            (stats.Requests, stats.Failures, stats.BytesReceived, stats.ExampleOf(FailureKind.Timeout)));
        Assert.Equal((same.Response, same.Service, same.FirstByte), (stats.Response, stats.Service, stats.FirstByte));
    }

    [Fact]
    public void A_report_holds_what_was_recorded_before_and_after_a_tick_on_every_loop()
    {
        var names = new RequestNames();
        var (first, second) = (new RequestTable(names), new RequestTable(names));
        var (a, b) = (names.Intern("GET /a"), names.Intern("GET /b"));
        first.Record(a, 100, 100, 10);
        first.Tick(Now, null);
        first.Record(a, 200, 200, 10);
        second.Record(a, 300, 300, 10);
        second.Record(b, 400, 400, 5, FailureKind.Timeout);

        var report = Report(first, second);
        Assert.Equal([a, b], report.Keys);
        Assert.Equal((3, 0, 30, 600),
            (report[a].Requests, report[a].Failures, report[a].BytesReceived, report[a].Response.SumUs));
        Assert.Equal((1, 1, 1), (report[b].Requests, report[b].Failures, report[b].FailuresOf(FailureKind.Timeout)));
        Assert.Equal((2, 0, 2, 1), (first.Requests, first.Failures, second.Requests, second.Failures));
    }

    [Fact]
    public void Service_times_take_a_histogram_of_their_own_only_once_they_differ()
    {
        var stats = new RequestStats();
        stats.Record(100, 100, 0, FailureKind.None);
        Assert.Same(stats.Response, stats.Service);
        stats.Record(500, 50, 0, FailureKind.None);
        Assert.Equal((600, 150), (stats.Response.SumUs, stats.Service.SumUs));
        Assert.Equal((2, 2), (stats.Response.Count, stats.Service.Count));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Merging_keeps_service_times_apart_whichever_side_has_them(bool left, bool right)
    {
        var (a, b) = (new RequestStats(), new RequestStats());
        a.Record(100, left ? 10 : 100, 0, FailureKind.None);
        b.Record(200, right ? 20 : 200, 0, FailureKind.None);
        a.Merge(b);
        Assert.Equal((300, (left ? 10 : 100) + (right ? 20 : 200)), (a.Response.SumUs, a.Service.SumUs));
    }

    [Theory]
    [InlineData(FailureKind.Timeout, 1, 1, 1)]
    [InlineData(FailureKind.Closed, 1, 1, 1)]
    [InlineData(FailureKind.Connect, 1, 1, 0)]
    [InlineData(FailureKind.Resolve, 1, 1, 0)]
    [InlineData(FailureKind.Cut, 0, 0, 0)]
    public void A_failed_request_has_a_time_only_if_it_was_sent_and_a_cut_one_is_none(
        FailureKind kind, int requests, int failures, int times)
    {
        var table = new RequestTable(new());
        table.Record(0, 100, 100, 0, kind);
        var stats = Report(table)[0];
        Assert.Equal((requests, failures, times), (stats.Requests, stats.Failures, stats.Response.Count));
        Assert.Equal((requests, failures), (table.Requests, table.Failures));
        Assert.Equal(1, stats.FailuresOf(kind));
        Assert.Equal(kind == FailureKind.Cut ? 1 : 0, stats.Cut);
    }

    [Fact]
    public void A_response_rejected_after_it_was_recorded_is_one_request_and_one_failure()
    {
        var table = new RequestTable(new());
        table.Record(0, 100, 100, 7);
        table.Tick(Now, null);
        table.Reject(0);
        table.Tick(Now, null);
        var stats = Report(table)[0];
        Assert.Equal((1, 1, 1), (stats.Requests, stats.Failures, stats.FailuresOf(FailureKind.Rejected)));
    }

    [Fact]
    public void Only_the_first_example_is_kept_and_the_next_is_not_asked_for()
    {
        var table = new RequestTable(new());
        Assert.True(table.NeedsExample(0, FailureKind.Rejected));
        table.AddExample(0, FailureKind.Rejected, "status 500");
        Assert.False(table.NeedsExample(0, FailureKind.Rejected));
        table.Record(0, 1, 1, 0, FailureKind.Rejected);
        table.Tick(Now, null);
        Assert.False(table.NeedsExample(0, FailureKind.Rejected));
        Assert.True(table.NeedsExample(0, FailureKind.Timeout));
        table.AddExample(0, FailureKind.Rejected, "status 404");
        Assert.Equal("status 500", Report(table)[0].ExampleOf(FailureKind.Rejected));
    }

    [Fact]
    public void Recording_and_ticking_allocate_nothing_once_names_and_magnitudes_are_known()
    {
        var names = new RequestNames();
        var table = new RequestTable(names);
        var id = names.Intern("GET /a");
        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            for (var us = 500; us < 4000; us += 500) table.Record(id, us + 20, us, 100);
            table.Record(id, 1000, 1000, 0, FailureKind.Timeout);
            table.Tick(Now, null);
        }
    }

    [Fact]
    public void Iterations_are_counted_task_by_task_over_loops()
    {
        var (first, second) = (new IterationTable(5), new IterationTable(5));
        first.Record(4, 100, failed: false);
        first.Tick(Now, null);
        first.Record(4, 200, failed: true);
        second.Record(3, 50, failed: false);
        var report = new SortedDictionary<int, IterationStats>();
        first.AddTo(report);
        second.AddTo(report);
        Assert.Equal([3, 4], report.Keys);
        Assert.Equal((2, 1, 300), (report[4].Iterations, report[4].Failures, report[4].Time.SumUs));
        Assert.Equal((2, 1), (first.Iterations, second.Iterations));
    }

    static SortedDictionary<int, RequestStats> Report(params RequestTable[] tables)
    {
        var report = new SortedDictionary<int, RequestStats>();
        foreach (var table in tables) table.AddTo(report);
        return report;
    }
}
