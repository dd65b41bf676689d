using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

public sealed class CollectionTrackerTests
{
    readonly List<Collection> told = [];

    [Fact]
    public void The_committed_bytes_after_the_collection_replace_those_before_it()
    {
        var tracker = new CollectionTracker(told.Add);
        tracker.Suspended(Ms(10));
        tracker.Started(Ms(11), 1, 2, "Induced");
        tracker.Committed(new Bytes(500));
        tracker.Committed(new Bytes(400));
        tracker.Measured(new Bytes(300), new Bytes(200));
        tracker.Restarted(Ms(15));

        Assert.Equal(new Collection(Ms(11), 1, 2, "Induced", Ms(5), new Bytes(300), new Bytes(400), new Bytes(200)),
            Assert.Single(told));
    }

    [Fact]
    public void What_was_lost_of_a_collection_is_unknown_and_the_rest_is_told()
    {
        var tracker = new CollectionTracker(told.Add);
        tracker.Measured(new Bytes(1), new Bytes(1)); // its start was lost
        tracker.Restarted(Ms(1));
        tracker.Started(Ms(2), 7, 0, "AllocSmall"); // its restart is lost
        tracker.Started(Ms(3), 8, 0, "AllocSmall");
        tracker.Flush();

        Assert.Equal([7, 8], told.Select(collection => collection.Number));
        Assert.All(told, collection => Assert.Null(collection.Pause));
        Assert.All(told, collection => Assert.Null(collection.HeapAfter));
    }

    [Fact]
    public void A_suspension_for_something_else_has_no_pause_to_give()
    {
        var tracker = new CollectionTracker(told.Add);
        tracker.Suspended(Ms(1));
        tracker.Restarted(Ms(2));
        tracker.Started(Ms(3), 1, 0, "AllocSmall");
        tracker.Restarted(Ms(4));

        Assert.Null(Assert.Single(told).Pause);
    }

    static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
