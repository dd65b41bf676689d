using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class LeakAtRestTests
{
    // Of a budget of 64 MiB, 1 MiB/s: ending takes 0.96 MiB, and from 51.04 in use on it is full within 12 s.
    const double Budget = 64;

    readonly Queue<double> atRest = new();
    readonly List<double> rests = [];
    TimeSpan time = TimeSpan.FromHours(1);
    TimeSpan paused = TimeSpan.FromMilliseconds(2);
    readonly LeakAtRest leak;

    public LeakAtRestTests() => leak = new LeakAtRest(_ =>
    {
        rests.Add(time.TotalSeconds - 3600);
        return (Using(atRest.Dequeue()), paused);
    }, () => time);

    /// <summary>
    /// MiB in use, and at rest; seconds to the run's end: whether memory is read at rest, whether that stops the run,
    /// and whether it is foretold.
    /// </summary>
    [Theory]
    [InlineData(40, null, 60.0, false, false, true)]
    [InlineData(55, 54.0, null, true, true, true)] // Nobody knows when it ends.
    [InlineData(55, 40.0, null, true, false, true)]
    [InlineData(55, null, 5.0, false, false, false)]
    [InlineData(55, 54.0, 60.0, true, true, true)]
    [InlineData(55, 50.0, 60.0, true, false, true)]
    [InlineData(55, 45.0, 10.0, true, false, false)]
    public void A_run_is_stopped_for_what_grows_only_where_that_fills_its_room_without_garbage_too(
        double used, double? rest, double? remaining, bool isRead, bool isStopped, bool isForetold)
    {
        if (rest is { } reading) atRest.Enqueue(reading);

        var found = Look(used, remaining);

        Assert.Equal(isRead, rests.Count == 1);
        Assert.Equal(rest ?? used, found.Reading.Unreclaimable.MiB);
        Assert.Equal(isStopped, Governor.Decide(found) is { Admission: Admission.Stop, Tier: Tier.Growth });
        Assert.Equal(isForetold, Governor.Foretell(found) is not null);
    }

    [Theory]
    // Milliseconds that a rest takes; seconds until it is asked for again.
    [InlineData(2, 1.0)]
    [InlineData(60, 3.0)]
    [InlineData(5000, 6.0)]
    public void What_was_found_holds_fifty_times_as_long_as_it_took_to_find_a_second_and_at_most_half_of_the_notice(
        int milliseconds, double again)
    {
        paused = TimeSpan.FromMilliseconds(milliseconds);
        for (var count = 0; count < 10; count++) atRest.Enqueue(45);
        while (rests.Count < 3)
        {
            Assert.Equal(Admission.Admit, Governor.Decide(Look(55, remaining: 30)).Admission);
            time += TimeSpan.FromMilliseconds(10);
        }

        Assert.Equal([0, again, 2 * again], rests);
    }

    [Fact]
    public void What_fills_its_room_at_rest_stops_the_run_at_that_look_and_is_held_back_by_nothing_found_before()
    {
        atRest.Enqueue(50);
        Assert.Equal(Admission.Admit, Governor.Decide(Look(55, remaining: 60)).Admission);
        time += TimeSpan.FromSeconds(2);
        atRest.Enqueue(52);
        Assert.Equal(Admission.Stop, Governor.Decide(Look(57, remaining: 58)).Admission);
    }

    [Fact]
    public void A_limit_that_changes_has_it_read_again_at_once()
    {
        atRest.Enqueue(50);
        Look(55, remaining: 60);
        leak.Forget();
        atRest.Enqueue(54);
        Assert.Equal(Admission.Stop, Governor.Decide(Look(55, remaining: 60)).Admission);
    }

    [Theory]
    // A full collection may take what the reserve is for.
    [InlineData(55, false)]
    [InlineData(63, true)]
    public void Where_no_collection_may_be_asked_for_what_is_in_use_decides(double used, bool mayCollect)
    {
        Assert.Equal(Admission.Stop, Governor.Decide(Look(used, remaining: 60, mayCollect)).Admission);
        Assert.Empty(rests);
    }

    Situation Look(double used, double? remaining, bool mayCollect = true) => leak.Look(new Situation
    {
        Reading = Using(used),
        Budget = Bytes.FromMiB(Budget),
        Planned = 40,
        Admitted = 40,
        Leak = new Leak(0.9 * 1024 * 1024, 1024 * 1024, 1.1 * 1024 * 1024, TimeSpan.FromSeconds(20)),
        Remaining = remaining is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    }, default, mayCollect);

    static MemoryReading Using(double mebibytes) => new() { Unreclaimable = Bytes.FromMiB(mebibytes) };
}
