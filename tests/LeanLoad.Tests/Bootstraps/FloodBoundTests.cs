using LeanLoad.Bootstraps;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

public sealed class FloodBoundTests
{
    readonly List<string> done = [];
    readonly FloodBound bound;
    TimeSpan at = TimeSpan.FromSeconds(1);

    public FloodBoundTests()
    {
        bound = new FloodBound(
            (more, promised) => done.Add($"{more.MiB:0.##}" + (promised is { } most ? $" or {most.MiB:0.##}" : "")),
            () => done.Add("lifted"))
        {
            OnChange = isBound => done.Add(isBound ? "bound" : "free"),
        };
        bound.Look(Bytes.Zero, Bytes.FromMiB(40), Bytes.FromMiB(1), at);
    }

    [Theory]
    // MiB taken in 10 ms, MiB left, of which 1 is what it takes to end: whether it is bound.
    // A GiB a second: 31 MiB in 30 ms.
    [InlineData(10.24, 31, true)]
    [InlineData(10.24, 33, false)]
    // 20 MiB a second: 0.6.
    [InlineData(0.2, 1.5, true)]
    [InlineData(0.2, 1.7, false)]
    // So slow is nobody a flood, with whatever is left.
    [InlineData(0.1, 0.5, false)]
    [InlineData(0, 0, false)]
    public void Who_would_take_the_rest_within_30_ms_is_bound(double taken, double left, bool isBound)
    {
        Look(taken, left);
        Assert.Equal(isBound, bound.IsBound);
        Assert.Equal(isBound, bound.WasBound);
        Assert.Equal(isBound ? [$"{left - 0.5:0.##}", "bound"] : [], done);
    }

    [Fact]
    public void Who_takes_no_more_is_let_go_and_both_is_told_once()
    {
        Look(10, 8);
        Look(3, 5);
        Look(0, 5);
        Look(0, 5);
        Look(0, 5);
        Assert.Equal(["7.5", "bound", "4.5", "4.5", "lifted", "free"], done);
        Assert.True(bound.WasBound);
    }

    [Fact]
    public void Who_is_bound_and_has_left_nothing_stays_bound_until_he_is_released()
    {
        Look(10, 0.5);
        Look(0, 0.5);
        Look(0, 0.5);
        Look(0, 0.5);
        Assert.True(bound.IsBound);
        bound.Release();
        bound.Release();
        Assert.Equal(["0", "bound", "0", "0", "0", "lifted", "free"], done);
    }

    [Fact]
    public void A_child_has_what_its_heap_was_promised()
    {
        at += TimeSpan.FromMilliseconds(10);
        bound.Look(Bytes.FromMiB(10), Bytes.FromMiB(5), Bytes.FromMiB(1), at, Bytes.FromMiB(24));
        Assert.Equal(["4.5 or 24", "bound"], done);
    }

    void Look(double taken, double left)
    {
        at += TimeSpan.FromMilliseconds(10);
        bound.Look(Bytes.FromMiB(taken), Bytes.FromMiB(left), Bytes.FromMiB(1), at);
    }
}
