using LeanLoad.Bootstraps;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

public sealed class ChildHeapTests
{
    /// <summary>
    /// MiB of 64 that the last collection left committed, allocated since, live as far as known, and left by the last
    /// full collection; and whether all is collected now.
    /// </summary>
    [Theory]
    [InlineData(0, 0, 0, 0, false)]
    // Room enough.
    [InlineData(40, 4, 44, 0, false)]
    // Short, and most of it may be garbage.
    [InlineData(40, 10, 50, 0, true)]
    [InlineData(50, 0, 50, 40, true)]
    // Short, but what is there was found alive a moment ago.
    [InlineData(50, 0, 50, 49, false)]
    [InlineData(60, 2, 60, 53, false)]
    [InlineData(60, 2, 62, 53, true)]
    public void All_is_collected_where_room_is_short_and_enough_was_allocated_since(
        double committed, double since, double live, double surviving, bool isDue)
    {
        var reading = new ManagedReading(Bytes.FromMiB(live), Bytes.FromMiB(committed), Bytes.FromMiB(since),
            Bytes.Zero, Bytes.Zero, Collections: 1, Bytes.FromMiB(surviving), default, null);

        Assert.Equal(isDue, ChildHeap.IsDue(reading, Bytes.FromMiB(64)));
    }

    [Fact]
    public void A_wait_ends_with_what_is_waited_for_or_when_nobody_wants_it_any_more_or_memory_was_refused()
    {
        using var cancel = new CancellationTokenSource();
        using var deadline = new Deadline(null, cancel.Token);
        var heap = ChildHeap.OfThisProcess();
        heap.Await(Task.FromException(new InvalidOperationException("of its own")), deadline);
        cancel.CancelAfter(TimeSpan.FromMilliseconds(20));
        heap.Await(new TaskCompletionSource().Task, deadline);
        Assert.True(cancel.IsCancellationRequested);

        using var later = new Deadline(null, CancellationToken.None);
        heap.OnRefused();
        heap.Await(new TaskCompletionSource().Task, later);
        Assert.True(heap.IsRefused);
        Assert.False(later.HasPassed());
    }
}
