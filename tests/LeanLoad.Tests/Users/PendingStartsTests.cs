using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

public sealed class PendingStartsTests
{
    PendingStarts starts = new(10.Seconds());

    [Fact]
    public void Starts_of_which_none_ends_hold_nobody_up_after_a_while()
    {
        Assert.Equal(8, At(0, isWaiting: true, ended: 4, underWay: 8));
        Assert.Equal(8, At(9.9, isWaiting: true, ended: 4, underWay: 8));
        Assert.Equal(0, At(10, isWaiting: true, ended: 4, underWay: 8));
        // Whoever comes now counts, and waits as long.
        Assert.Equal(2, At(10.1, isWaiting: false, ended: 4, underWay: 10));
        Assert.Equal(2, At(11, isWaiting: true, ended: 4, underWay: 10));
        Assert.Equal(2, At(20.9, isWaiting: true, ended: 4, underWay: 10));
        Assert.Equal(0, At(21, isWaiting: true, ended: 4, underWay: 10));
        // Those that end are forgotten.
        Assert.Equal(0, At(22, isWaiting: false, ended: 13, underWay: 1));
        Assert.Equal(6, At(23, isWaiting: false, ended: 13, underWay: 7));
    }

    [Fact]
    public void One_that_ends_now_and_then_is_waited_for()
    {
        for (var second = 0; second < 60; second++)
        {
            Assert.Equal(5, At(second, isWaiting: true, ended: second / 5, underWay: 5));
        }
    }

    int At(double seconds, bool isWaiting, int ended, int underWay)
    {
        starts.Look(TimeSpan.FromSeconds(seconds), isWaiting, ended, underWay);
        return starts.Of(underWay);
    }
}
