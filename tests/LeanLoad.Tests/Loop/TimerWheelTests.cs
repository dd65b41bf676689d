using CsCheck;
using LeanLoad.Loop;
using Xunit;

namespace LeanLoad.Tests.Loop;

public sealed class TimerWheelTests
{
    /// <summary>Around each lap of a level: 256 ms, 65,536 ms, 2^24 ms.</summary>
    static readonly Gen<long> Delays = Gen.Frequency(
        (4, Gen.Long[0, 300]), (2, Gen.Long[60_000, 70_000]), (1, Gen.Long[(1 << 24) - 300, (1 << 24) + 300]),
        (1, Gen.Long[-5, 5]));

    static readonly long[] BeforeLaps = [0, 250, 65_530, (1L << 24) - 3, (1L << 32) - 2];

    static readonly Gen<long> Begins = Gen.Int[0, 4].Select(static index => BeforeLaps[index]);

    static readonly Gen<(int What, long Delay, int Which)> Steps =
        Gen.Select(Gen.Int[0, 5], Delays, Gen.Int[0, 50]);

    [Fact]
    public void Fires_what_a_sorted_list_would_fire() =>
        Gen.Select(Begins, Steps.Array[1, 60]).Sample((begin, steps) => Replay(begin, steps), iter: 300);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1 << 24)]
    public void Fires_at_its_very_millisecond_whatever_the_level(long delay)
    {
        var wheel = new TimerWheel();
        var fired = 0;
        wheel.Add(delay, new Target(() => fired++));
        wheel.AdvanceTo(delay - 1);
        Assert.Equal(0, fired);
        wheel.AdvanceTo(delay);
        Assert.Equal(1, fired);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Goes_on_with_the_same_millisecond_after_a_target_threw()
    {
        var wheel = new TimerWheel();
        var fired = new List<string>();
        wheel.Add(5, new Target(() => fired.Add("first")));
        wheel.Add(5, new Target(() => throw new InvalidOperationException("on purpose")));
        wheel.Add(5, new Target(() => throw new InvalidOperationException("on purpose")));
        wheel.Add(6, new Target(() => fired.Add("second")));
        Assert.Throws<InvalidOperationException>(() => wheel.AdvanceTo(10));
        Assert.Throws<InvalidOperationException>(() => wheel.AdvanceTo(10));
        wheel.AdvanceTo(10);
        Assert.Equal(["first", "second"], fired);
    }

    [Fact]
    public void A_target_may_add_and_cancel_times_of_its_own_millisecond()
    {
        var wheel = new TimerWheel();
        var fired = new List<string>();
        var other = 0;
        other = wheel.Add(7, new Target(() => fired.Add("cancelled")));
        wheel.Add(7, new Target(() =>
        {
            wheel.Cancel(other);
            wheel.Add(7, new Target(() => fired.Add("added")));
        }));
        wheel.AdvanceTo(7);
        Assert.Empty(fired);
        wheel.AdvanceTo(8);
        Assert.Equal(["added"], fired);
    }

    [Fact]
    public void Allocates_nothing_once_it_has_grown()
    {
        var wheel = new TimerWheel();
        var target = new Target(static () => { });
        Turn(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 1; round <= 100; round++) Turn(round);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Turn(int round)
        {
            for (var count = 0; count < 200; count++) wheel.Add(round * 1000L + count * 3, target);
            wheel.AdvanceTo(round * 1000L + 999);
        }
    }

    static void Replay(long begin, (int What, long Delay, int Which)[] steps)
    {
        var wheel = new TimerWheel();
        wheel.AdvanceTo(begin);
        var now = begin;
        var pending = new List<(long Due, int Handle, Target Target)>();
        var fired = new List<Target>();
        foreach (var (what, delay, which) in steps)
        {
            switch (what)
            {
                case 0 or 1 or 2:
                    Target target = null!;
                    target = new Target(() => fired.Add(target));
                    pending.Add((Math.Max(now + delay, now + 1), wheel.Add(now + delay, target), target));
                    break;
                case 3 when pending.Count > 0:
                    var cancelled = pending[which % pending.Count];
                    wheel.Cancel(cancelled.Handle);
                    pending.Remove(cancelled);
                    break;
                default:
                    now += Math.Max(delay, 0);
                    // Nothing may be due before the wheel says it wants to be asked again.
                    var wait = wheel.NextDueMs(wheel.Count == 0 ? now : now - Math.Max(delay, 0));
                    if (pending.Count > 0)
                    {
                        Assert.InRange(wait, 0, pending.Min(static one => one.Due) - (now - Math.Max(delay, 0)));
                    }

                    fired.Clear();
                    wheel.AdvanceTo(now);
                    var due = pending.Where(one => one.Due <= now).OrderBy(static one => one.Due).ToList();
                    Assert.Equal(due.Select(static one => one.Due),
                        fired.Select(one => due.Single(known => known.Target == one).Due));
                    pending.RemoveAll(one => one.Due <= now);
                    break;
            }

            Assert.Equal(pending.Count, wheel.Count);
        }
    }

    sealed class Target(Action act) : ITimerTarget
    {
        public void OnTimer() => act();
    }
}
