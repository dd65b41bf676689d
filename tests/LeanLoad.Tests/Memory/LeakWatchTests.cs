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
    [InlineData("flat")]
    [InlineData("a step")]
    [InlineData("a sawtooth")]
    [InlineData("a cache that has filled")]
    [InlineData("falling")]
    public void What_is_no_line_is_no_leak(string shape)
    {
        var watch = Watch(120, second => shape switch
        {
            "a step" => second < 60 ? 20 : 40,
            "a sawtooth" => 20 + second % 7 * 3,
            "a cache that has filled" => 20 + 20 * Math.Min(1, second / 6.0),
            "falling" => 60 - second * 0.3,
            _ => 20,
        });
        Assert.Null(watch.Leak);
    }

    [Fact]
    public void A_leak_is_still_seen_after_a_day_and_nothing_more_is_remembered()
    {
        var watch = Watch(86_400, second => 20 + second / 3600.0);
        Assert.InRange(watch.Count, 16, 32);
        Assert.Equal(1 / 3600.0, watch.Leak!.Value.Typical / 1048576, 1e-5);
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
        watch.Look(TimeSpan.FromSeconds(31), 41, Reading(51));
        Assert.Null(watch.Leak);
        Assert.Equal(1, watch.Count);
    }

    [Fact]
    public void Garbage_is_not_taken_for_growth()
    {
        // What was allocated since the last full collection, which left 10 MiB, comes and goes.
        var watch = new LeakWatch();
        for (var second = 0; second < 60; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second), 40, Reading(20 + second % 30, live: 10 + second % 30));
        }

        Assert.Null(watch.Leak);
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        var watch = Watch(100, second => 20 + second);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var second = 100; second < 400; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second), 40, Reading(20 + second));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static LeakWatch Watch(int seconds, Func<int, double> used)
    {
        var watch = new LeakWatch();
        for (var second = 0; second < seconds; second++)
        {
            watch.Look(TimeSpan.FromSeconds(second), 40, Reading(used(second)));
        }

        return watch;
    }

    static MemoryReading Reading(double used, double live = 10) => new()
    {
        Unreclaimable = Bytes.FromMiB(used),
        Live = Bytes.FromMiB(live),
        Surviving = Bytes.FromMiB(10),
        Committed = Bytes.FromMiB(10),
    };
}
