using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Loop;

public sealed class EventLoopTests
{
    [Theory, ForEachPoller]
    public void Runs_what_each_thread_posts_in_its_order(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        const int threads = 4, each = 5000;
        var seen = new List<int>[threads];
        for (var index = 0; index < threads; index++) seen[index] = [];
        var posters = Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            for (var number = 0; number < each; number++)
            {
                var own = number;
                running.Context.Post(_ => seen[index].Add(own), null);
            }
        })).ToArray();
        foreach (var poster in posters) poster.Start();
        foreach (var poster in posters) poster.Join();
        running.Do(static _ => { });
        foreach (var order in seen) Assert.Equal(Enumerable.Range(0, each), order);
    }

    /// <summary>A thread of the runtime's that finds no memory for what it posts would end the process.</summary>
    [Fact]
    public void The_first_posts_of_a_loop_find_their_room_made()
    {
        static void Nothing(object? state)
        {
        }

        SendOrPostCallback nothing = Nothing;
        Assert.Equal(0, AllocatedBy(1));
        Assert.Equal(0, AllocatedBy(32));

        long AllocatedBy(int posts)
        {
            using var loop = new EventLoop(0, 1, new PortablePoller(), static (_, _) => { });
            var context = new LoopContext(loop);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var post = 0; post < posts; post++) context.Post(nothing, null);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory, ForEachPoller]
    public void Is_woken_by_a_post_from_another_thread(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        for (var round = 0; round < 500; round++) Assert.Equal(round, running.Ask(_ => round));
    }

    [Theory, ForEachPoller]
    public async Task Fires_timers_in_order_and_never_early(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        var fired = new List<(int Asked, double Late)>();
        var done = new TaskCompletionSource();
        running.Do(loop =>
        {
            var began = loop.NowMs;
            foreach (var delay in new[] { 30, 5, 290, 0, 12, 5 })
            {
                loop.AddTimer(TimeSpan.FromMilliseconds(delay), new Timer(() =>
                {
                    fired.Add((delay, loop.NowMs - began - delay));
                    if (fired.Count == 6) done.SetResult();
                }));
            }
        });
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal([0, 5, 5, 12, 30, 290], fired.Select(static one => one.Asked));
        Assert.All(fired, static one => Assert.True(one.Late >= 0, $"{one.Asked} ms fired {-one.Late} ms early"));
    }

    /// <summary>
    /// By the system's clock: the loop's own, which counts whole milliseconds from the turn's beginning, can't see a
    /// fraction of one.
    /// </summary>
    [Theory, ForEachPoller]
    public async Task A_timer_asked_for_in_the_middle_of_a_turn_never_fires_before_its_time(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        var early = new ConcurrentBag<double>();
        var done = new TaskCompletionSource();
        var left = 60;
        running.Do(loop =>
        {
            for (var number = 0; number < 60; number++)
            {
                var (asked, after) =
                    (Stopwatch.GetTimestamp(), TimeSpan.FromMilliseconds(1 + number % 4 + number * 0.017));
                loop.AddTimer(after, new Timer(() =>
                {
                    if (Stopwatch.GetElapsedTime(asked) < after)
                    {
                        early.Add((after - Stopwatch.GetElapsedTime(asked)).TotalMilliseconds);
                    }

                    if (--left == 0) done.SetResult();
                }));
                // The next one is asked for later in the same turn.
                while (Stopwatch.GetElapsedTime(asked) < TimeSpan.FromMilliseconds(0.13)) Thread.SpinWait(10);
            }
        });
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Empty(early);
    }

    [Theory, ForEachPoller]
    public void Reports_a_fault_in_posted_work_in_a_timer_and_in_a_sockets_owner_and_goes_on(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        running.Context.Post(static _ => throw new InvalidOperationException("posted"), null);
        running.Do(static loop =>
            loop.AddTimer(TimeSpan.Zero, new Timer(static () => throw new InvalidOperationException("timer"))));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        running.Do(loop => loop.Open(AddressFamily.InterNetwork, new Faulty())
            .Connect((IPEndPoint)listener.LocalEndpoint));
        Assert.Equal(["owner", "posted", "timer"], running.TakeFaults(3).Order());
        Assert.Equal(Scope.Engine, running.Ask(static loop => loop.Ledger.Current));
        Assert.Equal(42, running.Ask(static _ => 42));
    }

    [Theory, ForEachPoller]
    public void Its_ledger_sums_to_the_threads_bytes_exactly(PollerChoice choice)
    {
        using var running = new RunningLoop(choice, scopes: 5);
        var other = new LoopContext(running.Loop) { Scope = 4 };
        var kept = new List<byte[]>();
        for (var round = 0; round < 200; round++)
        {
            other.Post(_ => kept.Add(new byte[1000]), null);
            running.Do(loop => loop.Resume(other, _ => kept.Add(new byte[500]), null));
        }

        var (sum, thread, charged) = running.Ask(static loop =>
        {
            loop.ReadThreadAllocated();
            var sum = 0L;
            for (var scope = 0; scope < 5; scope++) sum += loop.Ledger.Allocated(scope).Count;
            return (sum, loop.ThreadAllocated.Count, loop.Ledger.Allocated(4).Count);
        });
        Assert.Equal(thread, sum);
        // 24 bytes are an array's header; the list's own growth, 8 KiB and more, is charged too.
        Assert.InRange(charged, 200 * (1024 + 528), 200 * (1024 + 528) + 16384);
    }

    [Fact]
    public void The_final_figure_is_the_threads_own()
    {
        var own = 0L;
        using (var running = new RunningLoop(PollerChoice.Epoll))
        {
            running.Do(static _ => GC.KeepAlive(new byte[12345]));
            running.Loop.Stop(TimeSpan.FromSeconds(5));
            own = running.Loop.ThreadAllocated.Count;
            var sum = Enumerable.Range(0, 3).Sum(scope => running.Loop.Ledger.Allocated(scope).Count);
            Assert.Equal(own, sum);
        }

        Assert.True(own > 12345);
    }

    [Theory, ForEachPoller]
    public void The_engines_turn_has_no_context_and_a_users_step_has_its_own(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        var seen = new BlockingCollection<SynchronizationContext?>();
        var user = new LoopContext(running.Loop);
        running.Do(loop => loop.AddTimer(TimeSpan.Zero, new Timer(() =>
        {
            seen.Add(SynchronizationContext.Current);
            loop.Resume(user, _ => seen.Add(SynchronizationContext.Current), null);
            seen.Add(SynchronizationContext.Current);
        })));
        Assert.Equal([null, user, null], Enumerable.Range(0, 3).Select(_ => seen.Take()));
    }

    [Fact]
    public async Task Code_comes_home_to_its_loop_from_any_thread()
    {
        using var running = new RunningLoop(PollerChoice.Epoll);
        var home = await running.RunAsync(async () =>
        {
            await Task.Run(static () => Thread.Yield());
            await Task.Delay(1);
            return running.Loop.IsCurrent;
        });
        Assert.True(home);
    }

    [Fact]
    public void Waiting_for_a_loop_is_refused()
    {
        using var running = new RunningLoop(PollerChoice.Epoll);
        Assert.Throws<NotSupportedException>(() => running.Context.Send(static _ => { }, null));
    }

    [Theory, ForEachPoller]
    public void Runs_what_was_posted_before_it_stops(PollerChoice choice)
    {
        using var running = new RunningLoop(choice);
        var ran = 0;
        for (var count = 0; count < 100; count++) running.Context.Post(_ => ran++, null);
        running.Loop.Stop(TimeSpan.FromSeconds(5));
        Assert.Equal(100, ran);
    }

    [Fact]
    public void A_blocked_turn_can_be_seen_from_outside()
    {
        using var running = new RunningLoop(PollerChoice.Epoll);
        using var inside = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        running.Context.Post(_ =>
        {
            inside.Set();
            release.Wait();
        }, null);
        inside.Wait(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => running.Loop.TurnAge > TimeSpan.FromMilliseconds(5), 5000));
        release.Set();
        Assert.True(SpinWait.SpinUntil(() => running.Loop.TurnAge == TimeSpan.Zero, 5000));
    }

    sealed class Timer(Action act) : ITimerTarget
    {
        public void OnTimer() => act();
    }

    sealed class Faulty : IChannelOwner
    {
        bool hasThrown;

        public void OnReady(bool isReadable, bool isWritable)
        {
            if (hasThrown) return;
            hasThrown = true;
            throw new InvalidOperationException("owner");
        }
    }
}
