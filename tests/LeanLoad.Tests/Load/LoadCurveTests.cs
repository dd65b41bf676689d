using System.Diagnostics;
using CsCheck;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.Tests.Load;

public sealed class LoadCurveTests
{
    static readonly Gen<(double Start, Stage[] Stages)> Shapes = Gen.Select(Gen.Double[0, 500],
        Gen.Select(Gen.Int[0, 20_000], Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 2000])).Array[0, 8])
        .Select(static (start, stages) => (start,
            stages.Select(static stage => new Stage(TimeSpan.FromMilliseconds(stage.Item1), stage.Item2)).ToArray()));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 50)]
    [InlineData(10, 100)]
    [InlineData(15, 100)]
    [InlineData(20, 100)]
    [InlineData(25, 50)]
    [InlineData(30, 0)]
    [InlineData(99, 0)]
    public void Users_follow_the_stages_in_straight_lines(int second, double users)
    {
        var shape = new LoadCurve(0, new(10.Seconds(), 100), new(10.Seconds(), 100), new(10.Seconds(), 0));
        Assert.Equal(users, shape.LevelAt(second.Seconds()), 9);
        Assert.Equal((30, 100), (shape.Duration.TotalSeconds, shape.Highest));
        Assert.Equal(second switch
        {
            < 10 => Trend.Rising,
            < 20 => Trend.Steady,
            < 30 => Trend.Falling,
            _ => Trend.Steady
        }, shape.TrendAt(second.Seconds()));
    }

    [Fact]
    public void A_constant_rate_has_its_arrivals_evenly_apart() =>
        Gen.Select(Gen.Double[0.01, 100_000], Gen.Int[0, 1_000_000]).Sample(static (rate, index) =>
        Assert.Equal(index / rate, new LoadCurve(rate).SecondsOfArea(index), index / rate * 1e-12));

    /// <summary>From 0 to 100/s in 10 s: 500 arrivals, of which arrival i comes at √(2 i / 10).</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 1)]
    [InlineData(20, 2)]
    [InlineData(125, 5)]
    [InlineData(500, 10)]
    [InlineData(600, 11)]
    public void A_rate_that_rises_has_more_and_more(double index, double second) =>
        Assert.Equal(second, new LoadCurve(0, new Stage(10.Seconds(), 100)).SecondsOfArea(index), 9);

    [Fact]
    public void Arrivals_come_in_order_and_the_area_below_the_line_is_their_number() => Shapes.Sample(static drawn =>
    {
        var (shape, last) = (new LoadCurve(drawn.Start, drawn.Stages), 0.0);
        for (var index = 0; index < 300; index++)
        {
            var second = shape.SecondsOfArea(index);
            if (double.IsInfinity(second)) return;
            Assert.True(second >= last);
            last = second;
            Assert.Equal(index, AreaUntil(drawn.Start, drawn.Stages, second), 1e-6 * Math.Max(1, index));
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_loops_shares_are_the_whole_each_arrival_once(int loops)
    {
        var shape = new LoadCurve(50, new Stage(2.Seconds(), 400), new Stage(1.Seconds(), 0));
        var endsAt = 3 * Stopwatch.Frequency;
        var all = Due(new ArrivalPlan(shape, 0, endsAt, 0, 1));
        var shares = Enumerable.Range(0, loops).SelectMany(loop => Due(new ArrivalPlan(shape, 0, endsAt, loop, loops)))
            .Order();
        Assert.Equal(all, shares);
        Assert.Equal(650, all.Count);

        static List<long> Due(ArrivalPlan plan)
        {
            var due = new List<long>();
            for (var index = 0; plan.DueAt(index) is not long.MaxValue and var at; index++) due.Add(at);
            return due;
        }
    }

    [Fact]
    public void Users_that_a_live_change_asks_for_come_or_go_at_the_ramps_pace()
    {
        var plan = new LoadPlan(100, 10, null, null).WithUsers(20, 100, 30.Seconds());
        Assert.Equal([99, 90, 20, 20],
            new[] { 30.0, 30.9, 38, 60 }.Select(second => plan.UsersDueAt(second.Seconds())));
        plan = plan.WithUsers(25, 20, 60.Seconds());
        Assert.Equal([21, 25, 25], new[] { 60.0, 60.4, 99 }.Select(second => plan.UsersDueAt(second.Seconds())));
    }

    /// <summary>By the trapezium of each stage, as far as it has come.</summary>
    static double AreaUntil(double start, Stage[] stages, double second)
    {
        var (area, level) = (0.0, start);
        foreach (var (duration, target) in stages)
        {
            var (length, there) = (duration.TotalSeconds, Math.Min(second, duration.TotalSeconds));
            if (length == 0)
            {
                level = target;
                continue;
            }

            var end = level + (target - level) * there / length;
            area += (level + end) / 2 * there;
            second -= there;
            if (there < length) return area;
            level = target;
        }

        return area + level * second;
    }
}
