using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class GarbageBoundTests
{
    int collected;
    TimeSpan now = TimeSpan.FromSeconds(1);
    TimeSpan pause = TimeSpan.FromMilliseconds(1);

    [Theory]
    // Live and surviving in MiB: whether that is collected. Young garbage, 6 MiB, is not worth it.
    [InlineData(15, 10, false)]
    [InlineData(17, 10, true)]
    [InlineData(109, 100, false)]
    [InlineData(111, 100, true)]
    // Before the first full collection nothing is known to be garbage.
    [InlineData(200, 0, false)]
    public void Garbage_is_taken_away_from_a_tenth_of_what_lives_on(double live, double surviving, bool isCollected) =>
        Assert.Equal(isCollected, Bound().Look(Reading(live, surviving)));

    [Fact]
    public void It_takes_no_more_than_a_hundredth_of_the_time()
    {
        var bound = Bound();
        var reading = Reading(60, 40);
        pause = TimeSpan.FromMilliseconds(5);
        for (var look = 0; look < 1000; look++, now += TimeSpan.FromMilliseconds(10)) bound.Look(reading);
        Assert.Equal(20, collected);
    }

    [Fact]
    public void A_collection_that_took_long_is_paid_from_what_was_saved()
    {
        var bound = Bound();
        // Five seconds in which nothing was to do; then one collection takes as long as all that was saved.
        for (var look = 0; look <= 600; look++, now += TimeSpan.FromMilliseconds(10)) bound.Look(Reading(40, 40));
        pause = TimeSpan.FromMilliseconds(50);
        Assert.True(bound.Look(Reading(60, 40)));
        pause = TimeSpan.FromMilliseconds(1);
        now += TimeSpan.FromMilliseconds(10);
        Assert.True(bound.Look(Reading(60, 40)));
        // No more than that: an hour of rest is no reason to collect for half a minute.
        Assert.False(bound.Look(Reading(60, 40)));
    }

    [Fact]
    public void What_dies_in_this_process_is_taken_away()
    {
        var bound = new GarbageBound(new GcSettings(null, Bytes.FromMiB(1), Bytes.FromMiB(1)));
        GC.Collect(2);
        var before = GC.CollectionCount(2);
        var reading = new MemoryReading { Surviving = Bytes.FromMiB(10), Live = Bytes.FromMiB(30) };
        Assert.True(bound.Look(reading));
        Assert.True(GC.CollectionCount(2) > before);
    }

    GarbageBound Bound() => new(
        Bytes.FromMiB(6),
        () =>
        {
            collected++;
            return pause;
        },
        () => now);

    static MemoryReading Reading(double live, double surviving) =>
        new() { Live = Bytes.FromMiB(live), Surviving = Bytes.FromMiB(surviving) };
}
