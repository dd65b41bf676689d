using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class FinalizerPaceTests
{
    [Theory]
    // Half of the time, and no more, is left to the others already.
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 500, 0)]
    [InlineData(40, 20, 0)]
    [InlineData(40, 21, 84)]
    [InlineData(40, 40, 160)]
    [InlineData(100, 90, 250)]
    [InlineData(9000, 9000, 250)]
    public void It_waits_four_times_as_long_as_collections_took_where_they_took_more_than_half(
        int elapsed, int collecting, int pause) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pause),
            FinalizerPace.Pause(TimeSpan.FromMilliseconds(elapsed), TimeSpan.FromMilliseconds(collecting)));

    [Fact]
    public void It_is_visited_after_each_full_collection_and_what_a_sleep_needs_is_made_at_the_first()
    {
        var slept = new List<TimeSpan>();
        FinalizerPace.Begin(time =>
        {
            lock (slept) slept.Add(time);
        });

        for (var collection = 1; collection <= 5; collection++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            lock (slept) Assert.InRange(slept.Count, collection, int.MaxValue);
        }

        lock (slept) Assert.Equal(TimeSpan.FromMilliseconds(1), slept[0]);
    }
}
