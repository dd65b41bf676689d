using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class MemoryPartsTests
{
    [Fact]
    public void A_reading_is_a_sum_with_a_line_for_each_owner()
    {
        var lines = MemoryParts.Of(Moment(unreclaimable: 30, anonymous: 24, committed: 10));
        Assert.Equal(
            [
                ("managed heap: 8.0 MiB live, 1.0 MiB free between, gen0 budget 2.0 MiB", 10.0),
                ("buffer of the profiler that watches, at most", 2),
                ("process of the isolated bootstrap", 5),
                ("native", 7),
                ("kernel", 3),
                ("sockets", 1),
                ("shared memory and pages to be written", 2),
            ],
            lines.Select(static line => (line.Owner, line.Amount.MiB)));
    }

    /// <summary>Before the next collection its objects may be more than what it had committed at the last.</summary>
    [Fact]
    public void What_was_allocated_since_the_last_collection_is_the_heaps()
    {
        var lines = MemoryParts.Of(Moment(unreclaimable: 30, anonymous: 24, committed: 5));
        Assert.Equal(8, lines[0].Amount.MiB);
        Assert.Equal(9, lines.Single(static line => line.Owner == "native").Amount.MiB);
    }

    [Theory]
    // All together, anonymous, and what the heap had committed at the last collection.
    [InlineData(30, 24, 40)]
    [InlineData(30, 12, 10)]
    [InlineData(24, 24, 10)]
    [InlineData(20, 24, 10)]
    public void Figures_that_do_not_fit_each_other_never_sum_up_to_more_than_there_is(
        int unreclaimable, int anonymous, int committed)
    {
        var lines = MemoryParts.Of(Moment(unreclaimable, anonymous, committed));
        Assert.Equal(Math.Max(unreclaimable, anonymous), lines.Sum(static line => line.Amount.MiB), 0.001);
        Assert.All(lines, static line => Assert.True(line.Amount > Bytes.Zero));
    }

    static MemoryMoment Moment(int unreclaimable, int anonymous, int committed) => new(
        new()
        {
            Unreclaimable = Bytes.FromMiB(unreclaimable),
            Anonymous = Bytes.FromMiB(anonymous),
            Committed = Bytes.FromMiB(committed),
            Live = Bytes.FromMiB(8),
            Kernel = Bytes.FromMiB(3),
            Sockets = Bytes.FromMiB(1),
        },
        new()
        {
            Fragmented = Bytes.FromMiB(1),
            Gen0Budget = Bytes.FromMiB(2),
            WatcherBuffer = Bytes.FromMiB(2),
            Child = Bytes.FromMiB(5),
        },
        Users: 40);
}
