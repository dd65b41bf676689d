using CsCheck;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Stats;

public sealed class WindowTableTests
{
    static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_began_before_a_reset_is_in_its_own_window_and_under_no_name_of_the_new_epoch()
    {
        var windows = new WindowTable();
        var (requests, tasks) = (new RequestTable(new(), windows), new IterationTable(5, windows));
        requests.Record(1, 100, 100, 10, FailureKind.None, began: 0);
        requests.AddExample(1, FailureKind.Timeout, "old", began: 0);
        tasks.Record(4, 100, failed: false, began: 0);
        Reset(requests, tasks, windows);

        requests.Record(1, 900, 900, 10, FailureKind.None, began: 0);
        requests.Record(1, 901, 901, 10, FailureKind.Timeout, began: 0);
        requests.Reject(1, began: 0);
        tasks.Record(4, 900, failed: true, began: 0);
        Assert.DoesNotContain(Report(requests), static row => !row.Value.IsEmpty);
        Assert.DoesNotContain(Report(tasks), static row => row.Value.Iterations > 0);
        Assert.Equal((3, 2), (windows[0].Requests.Requests, windows[0].Requests.Failures));
        var sums = windows[0].Iterations;
        Assert.Equal((2, 1, 1000), (sums.Ended, sums.Failed, sums.Us));

        requests.Record(1, 200, 200, 10, FailureKind.None, began: 1);
        tasks.Record(4, 200, failed: false, began: 1);
        Assert.Equal((1, 200), (Report(requests)[1].Requests, Report(requests)[1].Response.MaxUs));
        Assert.Null(Report(requests)[1].ExampleOf(FailureKind.Timeout));
        Assert.Equal((1, 200), (Report(tasks)[4].Iterations, Report(tasks)[4].Time.SumUs));
        // The table's own counters are of the whole run.
        Assert.Equal((4, 2, 3), (requests.Requests, requests.Failures, tasks.Iterations));
    }

    /// <summary>
    /// Samples that begin and end at random around windows and resets, more of them than rows are kept.
    /// </summary>
    [Fact]
    public void No_sample_is_lost_none_counts_twice_and_no_old_one_is_in_an_epoch() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3]).Array[1, 300].Sample(steps =>
        {
            var windows = new WindowTable();
            var (requests, tasks) = (new RequestTable(new(), windows), new IterationTable(5, windows));
            var (open, ended, ofEpoch, epochBegan) = (new List<int>(), 0, 0, 0);
            foreach (var (step, which) in steps)
            {
                if (step < 4) open.Add(windows.Current);
                else if (step < 8 && open.Count > 0)
                {
                    var began = open[which % open.Count];
                    open.Remove(began);
                    requests.Record(1, 10, 10, 1, FailureKind.None, began);
                    ended++;
                    if (began >= epochBegan) ofEpoch++;
                }
                else if (step >= 8)
                {
                    requests.Tick(Now, null);
                    windows.OpenNext(isReset: step == 9);
                    if (step != 9) continue;
                    requests.Clear();
                    (ofEpoch, epochBegan) = (0, windows.Current);
                }
            }

            requests.Tick(Now, null);
            Assert.Equal(ended, windows.Rows.Sum(static row => row.Requests.Requests));
            Assert.Equal(ofEpoch, Report(requests).Values.Sum(static row => row.Requests));
            Assert.InRange(windows.Rows.Count, 1, WindowTable.Capacity);
        });

    static void Reset(RequestTable requests, IterationTable tasks, WindowTable windows)
    {
        requests.Tick(Now, null);
        tasks.Tick(Now, null);
        windows.OpenNext(isReset: true);
        requests.Clear();
        tasks.Clear();
    }

    static SortedDictionary<int, RequestStats> Report(RequestTable table)
    {
        var report = new SortedDictionary<int, RequestStats>();
        table.AddTo(report);
        return report;
    }

    static SortedDictionary<int, IterationStats> Report(IterationTable table)
    {
        var report = new SortedDictionary<int, IterationStats>();
        table.AddTo(report);
        return report;
    }
}
