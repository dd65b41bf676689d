using LeanLoad.Diagnostics;
using LeanLoad.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Stats;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("p99 > 200ms", false, "96.3 ms")]
    [InlineData("p99 > 50ms", true, "96.3 ms")]
    [InlineData("p99.9 >= 100ms", true, "100 ms")]
    [InlineData("max > 100ms", false, "100 ms")]
    [InlineData("service p50 > 1ms", true, "2.00 ms")]
    [InlineData("mean<1ms", false, "20.2 ms")]
    [InlineData("failures > 1%", true, "2 %")]
    [InlineData("failures > 1 %", true, "2 %")]
    [InlineData("failures > 4", false, "4")]
    [InlineData("requests < 1000", true, "200")]
    [InlineData("throughput < 10/s", false, "20.0/s")]
    [InlineData("throughput < 1201/m", true, "20.0/s")]
    [InlineData("throughput < 71000/h", false, "20.0/s")]
    [InlineData("throughput < 73000 / h", true, "20.0/s")]
    [InlineData("late > 0", true, "3")]
    [InlineData("dropped > 0", false, "0")]
    [InlineData("GET http://host:80/a: p50 > 1s", false, "10.0 ms")]
    [InlineData("Registry: p95 > 50ms", true, "70.0 ms")]
    [InlineData("HubUser.Registry: failures > 0", true, "1")]
    [InlineData("Registry: throughput < 1.5/s", true, "1.00/s")]
    [InlineData("hub: throughput < 1.5/s", false, "2.00/s")]
    [InlineData("hub: p95 > 50ms", true, "70.0 ms")]
    [InlineData("hub: failures > 10%", false, "10 %")]
    [InlineData("Nobody: p95 > 50ms", true, "unknown (nothing is named \"Nobody\")")]
    [InlineData("Registyr: p95 > 50ms", true,
        "unknown (nothing is named \"Registyr\"; did you mean \"Registry\"?)")]
    [InlineData("GET http://host:80/c: max > 1s", true,
        "unknown (nothing is named \"GET http://host:80/c\"; did you mean \"GET http://host:80/a\"?)")]
    public void What_came_true_fails_and_says_by_which_figure(string text, bool hasFailed, string actual)
    {
        Assert.True(Threshold.TryParse(text, out var threshold, out var problem), problem);
        Assert.Equal(new ThresholdJudged(text, hasFailed, actual), Judge().Judge(threshold));
    }

    [Theory]
    [InlineData("", "is not a threshold")]
    [InlineData("p99", "is not a threshold")]
    [InlineData("p99 >", "is not a threshold")]
    [InlineData("> 5ms", "is not a threshold")]
    [InlineData("p0 > 5ms", "names no figure")]
    [InlineData("p101 > 5ms", "names no figure")]
    [InlineData("speed > 5ms", "names no figure")]
    [InlineData("p99 > 200", "write a unit")]
    [InlineData("failures > x", "is not a threshold")]
    [InlineData("failures > 101%", "is not a threshold")]
    [InlineData("throughput < 600/min", "no rate; write a unit: s, m or h")]
    [InlineData("throughput < 100/xyz", "no rate")]
    [InlineData("throughput < 100/s/s", "no rate")]
    [InlineData("throughput < 100", "no rate")]
    [InlineData("throughput < -1/s", "no rate")]
    [InlineData("service failures > 1", "no time")]
    [InlineData("Registry: late > 1", "all together")]
    public void What_is_none_is_refused_and_says_how_one_looks(string text, string says)
    {
        Assert.False(Threshold.TryParse(text, out _, out var problem));
        Assert.Contains(says, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p99 > 50ms", true)]
    [InlineData("p99 < 500ms", false)]
    [InlineData("GET http://host:80/b: p99 > 1ms", false)]
    [InlineData("dropped > 0", false)]
    [InlineData("late > 2", true)]
    public void Only_what_is_sure_fails_before_the_end(string text, bool hasFailed)
    {
        Assert.True(Threshold.TryParse(text, out var threshold, out _));
        Assert.Equal(hasFailed, Judge().HasFailed(threshold));
    }

    [Theory]
    [InlineData("p99 > 1s", null)]
    [InlineData("Registry: p95 > 50ms", null)]
    [InlineData("hub: p95 > 50ms", null)]
    [InlineData("GET http://host:80/a: p50 > 1s", null)]
    [InlineData("hob: p50 > 1s", "nothing is named \"hob\"; did you mean \"hub\"?")]
    [InlineData("Nobody: p50 > 1s", "nothing is named \"Nobody\"")]
    public void A_name_that_nothing_has_so_far_is_told_before_the_end(string text, string? problem)
    {
        Assert.True(Threshold.TryParse(text, out var threshold, out _));
        Assert.Equal(problem, Judge().UnknownName(threshold));
    }

    [Fact]
    public void Where_nothing_was_measured_nothing_holds()
    {
        Assert.True(Threshold.TryParse("p99 > 1s", out var threshold, out _));
        var judge = new ThresholdJudge(new Dictionary<int, RequestStats>(), static _ => "", [], default,
            TimeSpan.FromSeconds(1));
        Assert.Equal(new ThresholdJudged("p99 > 1s", true, "unknown (nothing was measured)"), judge.Judge(threshold));
    }

    static ThresholdJudge Judge()
    {
        var (a, b, task) = (new RequestStats(), new RequestStats(), new IterationStats());
        for (var count = 0; count < 150; count++)
        {
            a.Record(10_000, 2_000, 1, count < 4 ? FailureKind.Timeout : FailureKind.None);
        }

        for (var count = 1; count <= 50; count++) b.Record(count * 2_000, 1_500, 1, FailureKind.None);
        // Of all 200, p99 is the 198th, at 96 ms; its bucket ends a little above.
        for (var count = 0; count < 10; count++) task.Record(70_000, count == 0);
        return new ThresholdJudge(
            new Dictionary<int, RequestStats> { [1] = a, [2] = b }, static id =>
                id == 1 ? "GET http://host:80/a" : "GET http://host:80/b",
            [new("HubUser.Registry", task, TimeSpan.FromSeconds(10))], new Books(10, 6, 1, 3, 0, 0, 0),
            TimeSpan.FromSeconds(10))
        {
            // It lasted half as long as the load.
            Scenarios = [new("hub", task, TimeSpan.FromSeconds(5))],
        };
    }
}
