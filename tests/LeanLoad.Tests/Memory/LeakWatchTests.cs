using CsCheck;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class LeakWatchTests
{
    [Fact]
    public void A_line_is_found_with_its_slope_within_the_interval() =>
        Gen.Select(Gen.Double[0.05, 5], Gen.Int[0, 1000]).Sample((slope, seed) =>
        {
            var random = new Random(seed);
            var leak = Watch(60, second => 20 + slope * second + random.NextDouble()).Leak!.Value;
            Assert.InRange(leak.Typical / 1048576, slope * 0.8 - 0.02, slope * 1.2 + 0.02);
            Assert.True(leak.Lower <= leak.Typical && leak.Typical <= leak.Upper);
        }, iter: 200);

    [Theory]
    [InlineData("flat", 120)]
    [InlineData("a step", 120)]
    [InlineData("a sawtooth", 120)]
    [InlineData("a sawtooth", 3600)]
    [InlineData("teeth that take a minute", 600)]
    [InlineData("teeth that take ten minutes", 3600)]
    [InlineData("a cache that has filled", 120)]
    [InlineData("a cache that took ten minutes to fill", 1800)]
    [InlineData("a cache that fills ever more slowly", 3600)]
    [InlineData("falling", 120)]
    [InlineData("noise", 120)]
    [InlineData("noise", 3600)]
    public void What_is_no_line_is_no_leak(string shape, int seconds)
    {
        var random = new Random(7);
        var watch = Watch(seconds, second => 20 + shape switch
        {
            "a step" => second < 60 ? 0 : 20,
            "a sawtooth" => second % 7 * 3,
            "teeth that take a minute" => second % 60 * 0.2,
            "teeth that take ten minutes" => second % 600 * 0.02,
            "a cache that has filled" => 20 * Math.Min(1, second / 6.0),
            "a cache that took ten minutes to fill" => 20 * Math.Min(1, second / 600.0),
            "a cache that fills ever more slowly" => 20 * (1 - Math.Exp(-second / 300.0)),
            "falling" => 40 - second * 0.3,
            "noise" => random.NextDouble() * 4,
            _ => 0,
        });
        Assert.Null(watch.Leak);
    }

    /// <summary>
    /// Flat at first, for nothing to eight hours: a leak of 50 KiB a second is known a minute after it began, and how
    /// fast it is.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(600)]
    [InlineData(3600)]
    [InlineData(8 * 3600)]
    public void A_leak_that_begins_late_is_seen_as_soon_as_one_that_begins_at_once(int begins)
    {
        var random = new Random(begins);
        var leak = Watch(begins + 60, second => 20 + random.NextDouble() * 0.4 + Math.Max(0, second - begins) * 0.05)
            .Leak!.Value;
        Assert.InRange(leak.Typical / 1048576, 0.04, 0.06);
        Assert.InRange(leak.Span.TotalSeconds, 30, 64);
    }

    [Fact]
    public void A_slow_leak_is_seen_after_hours_with_how_long_it_has_gone_on()
    {
        var random = new Random(3);
        var leak = Watch(8 * 3600, second => 20 + random.NextDouble() * 2 + second / 3600.0).Leak!.Value;
        Assert.InRange(leak.Typical * 3600 / 1048576, 0.97, 1.03);
        Assert.InRange(leak.Span.TotalHours, 7, 8);
    }

    [Fact]
    public void A_leak_under_a_sawtooth_is_seen_with_its_own_slope()
    {
        var leak = Watch(1200, second => 20 + second % 20 * 0.5 + second * 0.02).Leak!.Value;
        Assert.InRange(leak.Typical / 1048576, 0.018, 0.022);
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(12, true)]
    public void With_a_few_moments_there_is_not_enough_data(int seconds, bool isKnown) =>
        Assert.Equal(isKnown, Watch(seconds, second => 20 + second).Leak is not null);

    [Fact]
    public void Users_that_come_or_go_begin_it_anew()
    {
        var watch = Watch(30, second => 20 + second);
        watch.Look(TimeSpan.FromSeconds(31), 41, Kept(51));
        Assert.Null(watch.Leak);
        Assert.Equal(TimeSpan.Zero, watch.Watched);
    }

    [Fact]
    public void Seconds_that_come_a_little_early_or_late_all_count()
    {
        var watch = new LeakWatch();
        for (var second = 0; second < 12; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second + second % 2 * 0.01), 40, Kept(20 + second));
        }

        Assert.InRange(watch.Leak!.Value.Span.TotalSeconds, 10.9, 11.1);
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        var watch = Watch(100, second => 20 + second);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var second = 100; second < 400; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second), 40, Kept(20 + second));
        }

        watch.Reset();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>
    /// Known anew with each full collection alone, twelve seconds apart: whether the last of them were a rest is not
    /// known.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_leak_is_none_that_came_to_rest_only_because_nobody_has_collected_since(double kept)
    {
        var watch = new LeakWatch();
        for (var second = 0; second < 240; second++)
        {
            var known = second - second % 12;
            watch.Look(TimeSpan.FromSeconds(second), 40, new Kept(Bytes.FromMiB(20 + known * 0.25 * kept),
                Bytes.FromMiB(20 + known * 0.25 * kept + (second - known) * 0.25), Bytes.FromMiB(10)));
            if (second > 60) Assert.Equal(kept > 0, watch.Leak is not null);
        }
    }

    static Kept Kept(double amount) => new(Bytes.FromMiB(amount), Bytes.FromMiB(amount), Bytes.FromMiB(10));

    static LeakWatch Watch(int seconds, Func<int, double> kept)
    {
        var watch = new LeakWatch();
        for (var second = 0; second < seconds; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second), 40, Kept(kept(second)));
        }

        return watch;
    }
}
