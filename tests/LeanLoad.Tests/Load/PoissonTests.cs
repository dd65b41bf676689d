using System.Diagnostics;
using CsCheck;
using LeanLoad.Load;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Load;

public sealed class PoissonTests(ITestOutputHelper output)
{
    [Fact]
    public void When_an_arrival_comes_depends_on_its_index_and_the_seed_alone() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 500].Array[1, 30]).Sample(static (seed, indices) =>
        {
            var asked = new PoissonAreas(seed);
            foreach (var index in indices) Assert.Equal(new PoissonAreas(seed).Of(index), asked.Of(index));
        });

    [Fact]
    public void The_loops_shares_are_the_whole_however_many_they_are() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 8]).Sample(static (seed, loops) =>
        {
            var rate = new LoadCurve(50, new Stage(2.Seconds(), 400), new Stage(1.Seconds(), 0));
            var shares = Enumerable.Range(0, loops).SelectMany(loop => Due(rate, seed, loop, loops)).Order();
            Assert.Equal(Due(rate, seed, 0, 1), shares);
        }, iter: 20);

    /// <summary>Of n arrivals the gaps have mean 1 and variance 1, and 1/e of them is longer than the mean.</summary>
    [Fact]
    public void The_times_between_arrivals_are_exponential()
    {
        const int count = 1_000_000;
        var (areas, last, sum, squares, longer) = (new PoissonAreas(7), 0.0, 0.0, 0.0, 0);
        for (var index = 0; index < count; index++)
        {
            var gap = areas.Of(index) - last;
            last += gap;
            (sum, squares) = (sum + gap, squares + gap * gap);
            if (gap > 1) longer++;
        }

        Assert.Equal(1, sum / count, 0.005);
        Assert.Equal(2, squares / count, 0.02);
        Assert.Equal(1 / Math.E, longer / (double)count, 0.002);
    }

    [Fact]
    public void Agents_changes_and_seeds_draw_other_times()
    {
        ulong[] seeds = [PoissonAreas.SeedOf(1, 0, 0), PoissonAreas.SeedOf(1, 0, 1), PoissonAreas.SeedOf(1, 1, 0),
            PoissonAreas.SeedOf(2, 0, 0)];
        Assert.Equal(4, seeds.Select(static seed => new PoissonAreas(seed).Of(5)).Distinct().Count());
    }

    /// <summary>
    /// Arrivals as the agent plans them, in nanoseconds, at a server that takes 10 ms for each: two million in virtual
    /// time, counted by the histogram of the reports.
    /// </summary>
    [Theory]
    [InlineData(30)]
    [InlineData(50)]
    [InlineData(70)]
    public void Percentiles_against_an_M_D_1_server_are_the_analytic_ones(double rate)
    {
        const double service = 0.010;
        const int count = 2_000_000;
        var plan = new ArrivalPlan(
            new LoadCurve(rate), 0, long.MaxValue, 0, 1, new PoissonAreas(PoissonAreas.SeedOf(1, 0, 0)));
        var arrivals = Enumerable.Range(0, count).Select(index => plan.DueAt(index) / (double)Stopwatch.Frequency);
        var times = new LatencyHistogram();
        foreach (var response in SingleServer.Responses(arrivals, service)) times.Record((long)(response * 1e6));
        foreach (var percent in new[] { 50, 99, 99.9 })
        {
            var analytic = SingleServer.Quantile(percent / 100, rate, service) * 1e6;
            output.WriteLine(FormattableString.Invariant(
                $"{rate}/s, p{percent}: {times.Percentile(percent)} us, analytic {analytic:0}"));
            Assert.InRange(times.Percentile(percent), analytic * 0.98, analytic * 1.02);
        }
    }

    static List<long> Due(LoadCurve rate, ulong seed, int loop, int loops)
    {
        var plan = new ArrivalPlan(rate, 0, 3 * Stopwatch.Frequency, loop, loops, new PoissonAreas(seed));
        var due = new List<long>();
        for (var index = 0; plan.DueAt(index) is not long.MaxValue and var at; index++) due.Add(at);
        return due;
    }
}
