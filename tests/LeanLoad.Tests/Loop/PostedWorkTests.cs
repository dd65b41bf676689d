using System.Diagnostics;
using LeanLoad.Loop;
using Xunit;

namespace LeanLoad.Tests.Loop;

public sealed class PostedWorkTests
{
    [Fact]
    public async Task However_many_are_refused_room_no_more_than_half_of_the_time_is_spent_asking_for_it()
    {
        var asked = new List<(long From, long To)>();
        var told = 0;
        var posted = new PostedWork(_ => Interlocked.Increment(ref told), full =>
        {
            // As long as a full collection, in which nothing else runs.
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(5);
            asked.Add((began, Stopwatch.GetTimestamp()));
            if (asked.Count < 6) throw new OutOfMemoryException("refused");
            full.EnsureCapacity(full.Capacity * 2);
        });
        for (var item = 0; item < PostedWork.FirstRoom; item++) posted.AddPatiently(default);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => Assert.False(posted.AddPatiently(default)), TaskCreationOptions.LongRunning)));

        Assert.Equal(PostedWork.FirstRoom + 4, posted.Take().Count);
        Assert.Equal((6, 5), (asked.Count, told));
        foreach (var (before, next) in asked.Zip(asked.Skip(1)))
        {
            Assert.InRange(next.From - before.To, before.To - before.From, long.MaxValue);
        }
    }

    [Fact]
    public async Task Who_was_refused_room_goes_on_as_soon_as_the_loop_has_made_some()
    {
        var refusals = new SemaphoreSlim(0);
        var posted = new PostedWork(_ => refusals.Release(), static _ => throw new OutOfMemoryException("refused"));
        for (var item = 0; item < PostedWork.FirstRoom; item++) posted.AddPatiently(default);
        var patient = Task.Factory.StartNew(() => posted.AddPatiently(default), TaskCreationOptions.LongRunning);
        Assert.True(await refusals.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        Assert.Equal(PostedWork.FirstRoom, posted.Take().Count);
        posted.Return();

        // The loop is told to look again, as for the first one that comes.
        Assert.True(await patient.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Single(posted.Take());
    }

    [Fact]
    public void On_the_loops_own_thread_refused_memory_is_thrown_for_nobody_else_can_make_room()
    {
        var posted = new PostedWork(_ => Assert.Fail("told"), static _ => throw new OutOfMemoryException("refused"));
        for (var item = 0; item < PostedWork.FirstRoom; item++) posted.Add(default);

        Assert.Throws<OutOfMemoryException>(() => posted.Add(default));
        Assert.Equal(PostedWork.FirstRoom, posted.Take().Count);
    }

    [Fact]
    public void What_was_there_when_it_was_closed_is_still_run()
    {
        var posted = new PostedWork(static _ => { });
        posted.Add(default);
        posted.Close();
        Assert.Equal((true, false), (posted.IsPressing, posted.IsOver));

        posted.Take();
        posted.Return();
        Assert.Equal((true, true), (posted.IsPressing, posted.IsOver));
    }
}
