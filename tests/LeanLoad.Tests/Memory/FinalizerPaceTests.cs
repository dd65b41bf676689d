using System.Runtime.CompilerServices;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class FinalizerPaceTests
{
    /// <summary>
    /// Milliseconds between two visits, and how many of them were spent collecting; from the third on that are
    /// crowded, how long it waits.
    /// </summary>
    [Theory]
    [InlineData(1000, 0, 0)]
    // Half of the time, and no less, is left to the others already.
    [InlineData(1000, 500, 0)]
    [InlineData(40, 20, 0)]
    [InlineData(40, 21, 84)]
    [InlineData(40, 40, 160)]
    [InlineData(100, 90, 360)]
    [InlineData(500, 500, 2000)]
    [InlineData(9000, 9000, 2000)]
    public void It_waits_four_times_as_long_as_collections_took_where_they_took_more_than_half_three_times_in_a_row(
        int elapsed, int collecting, int pause)
    {
        var visits = default(FinalizerPace.Visits);
        Assert.Equal([0, 0, pause, pause], Enumerable.Range(0, 4).Select(_ => Visit(ref visits, elapsed, collecting)));
    }

    [Fact]
    public void A_visit_with_time_before_it_begins_the_row_anew()
    {
        var visits = default(FinalizerPace.Visits);
        var pauses = new List<double>();
        foreach (var elapsed in new[] { 10, 10, 50, 10, 10, 10, 10, 50, 10 })
        {
            pauses.Add(Visit(ref visits, elapsed, collecting: 10));
        }

        Assert.Equal([0, 0, 0, 0, 0, 40, 40, 0, 0], pauses);
    }

    static double Visit(ref FinalizerPace.Visits visits, int elapsed, int collecting) =>
        visits.Pause(TimeSpan.FromMilliseconds(elapsed), TimeSpan.FromMilliseconds(collecting)).TotalMilliseconds;

    [Fact]
    public void It_is_visited_after_each_full_collection_and_what_a_sleep_needs_is_made_at_the_first()
    {
        var slept = new List<TimeSpan>();
        Begin(time =>
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

    [Fact]
    public void Refused_a_first_sleep_it_comes_again_and_tries_again()
    {
        var asked = 0;
        Begin(_ =>
        {
            if (Interlocked.Increment(ref asked) == 1) throw new OutOfMemoryException("refused");
        });

        for (var collection = 1; collection <= 3; collection++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.InRange(Volatile.Read(ref asked), collection, int.MaxValue);
        }
    }

    // In a method of its own: what is made here is garbage at once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Begin(Action<TimeSpan> sleep) => _ = new FinalizerPace(sleep);
}
