using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class StartsUnderWayTests
{
    [Theory]
    // Most at a time, MiB beside the heap at the highest moment and at rest: KiB held by each. Half a MiB is nobody's.
    [InlineData(512, 35.5, 22, 26)]
    [InlineData(512, 22.4, 22, 0)]
    [InlineData(1, 24.5, 22, 2048)]
    [InlineData(0, 0, 22, 0)]
    [InlineData(4, 20, 22, 0)]
    public void Each_held_a_share_of_what_stood_beside_the_heap_and_went(
        int most, double highest, double atRest, double each)
    {
        var starts = StartsUnderWay.Of(most, Bytes.FromMiB(highest), Bytes.FromMiB(atRest));
        Assert.Equal(most, starts.Most);
        Assert.Equal(Bytes.FromKiB(each), starts.HeldByEach);
    }

    [Theory]
    // Started at a time on the last stretch, from 256 to 512 users; planned, gate: starts at the peak, and the MiB that
    // they add to what all users keep, 20 KiB each. A start holds 32 KiB.
    [InlineData(256, 512, null, 256, 8)]
    [InlineData(256, 700, null, 188, 5.875)]
    // The stretch to 1,024 held more than the last, of 100 users.
    [InlineData(256, 1_124, null, 512, 16 - 100 * 20 / 1024.0)]
    [InlineData(256, 1_900, null, 876, 27.375)]
    [InlineData(256, 1_900, 40, 40, 1.25)]
    [InlineData(256, 400, 40, 40, 1.25)]
    // By and by: as many at a time as before, however many come.
    [InlineData(10, 1_900, null, 10, 0.3125)]
    public void As_many_start_at_a_time_as_did_before(
        int most, int planned, int? gate, int starts, double amountMiB)
    {
        List<Plateau> plateaus =
        [
            new(512, default, default) { Starts = new StartsUnderWay(most, Bytes.FromKiB(32)) },
            new(256, default, default) { Starts = new StartsUnderWay(most / 2, Bytes.FromKiB(20)) },
        ];
        var found = StartsUnderWay.AtPeak(plateaus, planned, Bytes.FromKiB(20), gate);
        Assert.Equal((starts, amountMiB), (found.Starts, found.Amount.MiB));
    }

    [Fact]
    public void Where_starts_hold_nothing_none_is_counted()
    {
        var plateaus = Plateaus.Linear(16, start: 2, managed: 1);
        Assert.Equal((0, Bytes.Zero), StartsUnderWay.AtPeak(plateaus, 40, Bytes.FromMiB(1), null));
        Assert.Equal(Bytes.Zero, StartsUnderWay.HeldAtMost(plateaus));
    }
}
