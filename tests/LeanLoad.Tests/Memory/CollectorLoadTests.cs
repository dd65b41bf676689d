using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class CollectorLoadTests
{
    TimeSpan now;
    TimeSpan paused;

    [Theory]
    [InlineData(0.5, 10, false)]
    [InlineData(0.7, 1, false)]
    [InlineData(0.7, 2, true)]
    public void It_is_thrashing_when_most_of_two_seconds_went_by_collecting(double share, int seconds, bool isThrashing)
    {
        var load = Made();

        for (var second = 0; second < seconds; second++) Pass(load, share);

        Assert.Equal(isThrashing, load.IsThrashing);
        Assert.Equal(share, load.Share, 0.01);
    }

    [Fact]
    public void One_second_in_which_users_run_again_ends_it()
    {
        var load = Made();
        Pass(load, 0.9);
        Pass(load, 0.9);
        Assert.True(load.IsThrashing);

        Pass(load, 0.1);

        Assert.False(load.IsThrashing);
    }

    [Fact]
    public void What_rests_take_is_left_out()
    {
        var load = Made();

        // Rests of nine tenths of the time, one after another, and what the collector does of itself beside them.
        for (var second = 0; second < 5; second++) Pass(load, share: 0.95, asked: 0.9);
        Assert.False(load.IsThrashing);
        Assert.Equal(0.05, load.Share, 0.02);

        for (var second = 0; second < 2; second++) Pass(load, share: 0.95, asked: 0.3);
        Assert.True(load.IsThrashing);
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        var load = Made();
        Pass(load, share: 0.5, asked: 0.1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var second = 0; second < 10; second++) Pass(load, share: 0.5, asked: 0.1);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    CollectorLoad Made() => new(() => now, () => paused);

    void Pass(CollectorLoad load, double share, double asked = 0)
    {
        // A hundred looks, as the control thread takes them.
        for (var look = 0; look < 100; look++)
        {
            now += TimeSpan.FromMilliseconds(10);
            paused += TimeSpan.FromMilliseconds(10 * share);
            load.Except(TimeSpan.FromMilliseconds(10 * asked));
            load.Look();
        }
    }
}
