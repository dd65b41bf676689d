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
        var posted = new PostedWork(_ => Interlocked.Increment(ref told), room =>
        {
            // As long as a full collection, in which nothing else runs.
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(5);
            asked.Add((began, Stopwatch.GetTimestamp()));
            if (asked.Count < 6) throw new OutOfMemoryException("refused");
            return new(room);
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
    public void One_that_is_to_end_is_handed_nothing_where_there_is_no_memory_for_it()
    {
        var told = 0;
        var posted = new PostedWork(_ => told++, static _ => throw new OutOfMemoryException("refused"));
        for (var item = 0; item < PostedWork.FirstRoom; item++) posted.AddPatiently(default);
        posted.Close();

        Assert.False(posted.AddPatiently(default));
        Assert.False(posted.AddPatiently(default));
        Assert.InRange(told, 1, 2);
        Assert.Equal(PostedWork.FirstRoom, posted.Take().Count);
    }

    [Fact]
    public async Task Whatever_many_threads_hand_over_arrives_once_and_in_the_order_of_each()
    {
        const int Threads = 4, Each = 20_000;
        var posted = new PostedWork(static _ => { });
        var seen = new int[Threads];
        var handing = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() =>
        {
            for (var number = 0; number < Each; number++)
            {
                posted.AddPatiently(new PostedWork.Item(null!, static _ => { }, (thread, number)));
            }
        }, TaskCreationOptions.LongRunning)));

        while (!posted.IsOver)
        {
            if (handing.IsCompleted) posted.Close();
            foreach (var item in posted.Take())
            {
                var (thread, number) = ((int, int))item.State!;
                Assert.Equal(seen[thread]++, number);
            }

            posted.Return();
        }

        await handing;
        Assert.All(seen, static count => Assert.Equal(Each, count));
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
