using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>
/// What the limit is set to; that the collector keeps to it, the judge and the end-to-end tests show.
/// </summary>
public sealed class HeapLimitTests
{
    static readonly Bytes Reserve = Bytes.FromMiB(2);

    [Fact]
    public void Where_there_was_no_limit_one_is_set_as_soon_as_a_budget_is_known()
    {
        var set = new List<Bytes>();
        var heap = Following(set, budget: null);
        Assert.Null(heap.Limit);
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        Assert.Equal([57], set.Select(limit => limit.MiB));
        Assert.Equal(57, heap.Limit!.Value.MiB);
    }

    [Fact]
    public void Where_no_budget_is_known_any_more_the_heap_may_grow_and_a_later_one_is_followed()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        heap.Lift();
        heap.Lift();
        Assert.Null(heap.Limit);
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        Assert.Equal([57, 7168, 57], set.Select(limit => limit.MiB));
    }

    [Fact]
    public void Of_another_budget_it_gets_the_share_that_a_run_would_begin_with()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Share(Bytes.FromMiB(128), connections: 0);
        Assert.Equal(GcSettings.For(Bytes.FromMiB(128)).HardLimit, heap.Limit);
        heap.Share(Bytes.FromMiB(32), connections: 1000);
        Assert.Equal(GcSettings.For(Bytes.FromMiB(32), connections: 1000).HardLimit, heap.Limit);
        heap.Share(budget: null, connections: 0);
        Assert.Null(heap.Limit);
        Assert.Equal(HeapLimit.Unbounded, set[^1]);
    }

    [Fact]
    public void What_grows_outside_of_the_heap_is_taken_from_it_and_given_back()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Rest(Reading(charged: 20, committed: 15));
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        heap.Follow(Reading(charged: 30, committed: 15), Bytes.FromMiB(64), Reserve);
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        Assert.Equal([57, 47, 57], set.Select(limit => limit.MiB));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(12, 1.5)]
    public void Beside_large_objects_collections_need_room_of_their_own(double allocated, double kept) =>
        Assert.Equal(kept, HeapLimit.BesideLarge(new MemoryReading
        {
            Large = new LargeObjects(Live: default, Bytes.FromMiB(allocated)),
        }).MiB);

    [Fact]
    public void A_limit_that_was_lowered_or_raised_is_followed()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Rest(Reading(charged: 20, committed: 15));
        foreach (var budget in new[] { 64, 32, 128 })
        {
            heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(budget), Reserve);
        }

        Assert.Equal([57, 25, 121], set.Select(limit => limit.MiB));
    }

    [Fact]
    public void What_was_allocated_since_the_last_collection_is_not_taken_for_native_memory()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Rest(Reading(charged: 20, committed: 15));
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        heap.Follow(Reading(charged: 28, committed: 15) with { Allocated = Bytes.FromMiB(8) }, Bytes.FromMiB(64),
            Reserve);
        Assert.Equal([57], set.Select(limit => limit.MiB));
    }

    [Fact]
    public void Memory_that_the_heap_gave_back_since_is_not_taken_for_less_outside_of_it()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Rest(Reading(charged: 20, committed: 15));
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        // Of the 40 MiB that were committed at the last collection the system has 30 back already.
        heap.Follow(Reading(charged: 15, committed: 40), Bytes.FromMiB(64), Reserve);
        Assert.Equal([57], set.Select(limit => limit.MiB));
    }

    [Fact]
    public void Below_what_is_committed_the_heap_may_at_least_not_grow()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Rest(Reading(charged: 50, committed: 45));
        heap.Follow(Reading(charged: 50, committed: 45), Bytes.FromMiB(32), Reserve);
        Assert.Equal([45.25], set.Select(limit => limit.MiB));
    }

    [Fact]
    public void What_the_heap_has_come_to_since_the_last_collection_is_found_by_asking_once()
    {
        var (asked, has) = (new List<Bytes>(), Bytes.FromMiB(60));
        var heap = new HeapLimit(GcSettings.For(Bytes.FromMiB(192)), limit =>
        {
            asked.Add(limit);
            return limit >= has;
        });
        heap.Rest(Reading(charged: 35, committed: 33));
        heap.Follow(Reading(charged: 35, committed: 33), Bytes.FromMiB(192), Reserve);
        Assert.True(heap.IsWithin(Bytes.FromMiB(192)));

        // 27 MiB were allocated meanwhile, and the limit is lowered.
        var since = Reading(charged: 62, committed: 33) with { Allocated = Bytes.FromMiB(27) };
        heap.Follow(since, Bytes.FromMiB(61), Reserve);
        Assert.InRange(heap.Limit!.Value.MiB, 60, 60.25);
        Assert.False(heap.IsWithin(Bytes.FromMiB(61)));
        Assert.True(heap.IsWithin(Bytes.FromMiB(63)));
        var times = asked.Count;
        Assert.InRange(times, 2, 12);
        heap.Follow(since, Bytes.FromMiB(61), Reserve);
        Assert.Equal(times, asked.Count);

        // A collection says what it has, and leaves less.
        has = Bytes.FromMiB(50);
        heap.Follow(Reading(charged: 52, committed: 50) with { Collections = 1 }, Bytes.FromMiB(61), Reserve);
        Assert.Equal(57, heap.Limit!.Value.MiB);
        Assert.True(heap.IsWithin(Bytes.FromMiB(61)));
    }

    [Fact]
    public void The_reserve_is_opened_once_and_the_limit_stays_from_then_on()
    {
        var set = new List<Bytes>();
        var heap = Following(set);
        heap.Follow(Reading(charged: 20, committed: 15), Bytes.FromMiB(64), Reserve);
        heap.Open(Reserve);
        heap.Open(Reserve);
        heap.Follow(Reading(charged: 60, committed: 15), Bytes.FromMiB(64), Reserve);
        Assert.Equal([57, 58.5], set.Select(limit => limit.MiB));
    }

    // Not this process's own limit, which every test lives in.
    static HeapLimit Following(List<Bytes> set) => Following(set, Bytes.FromMiB(512));

    static HeapLimit Following(List<Bytes> set, Bytes? budget) => new(GcSettings.For(budget), limit =>
    {
        set.Add(limit);
        return true;
    });

    static MemoryReading Reading(double charged, double committed) =>
        new() { Unreclaimable = Bytes.FromMiB(charged), Committed = Bytes.FromMiB(committed) };
}
