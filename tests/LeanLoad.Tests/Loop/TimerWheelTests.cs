using CsCheck;
using LeanLoad.Loop;
using Xunit;

namespace LeanLoad.Tests.Loop;

public sealed class TimerWheelTests
{
    /// <summary>Delays around the laps of each level: 256, 65,536 and 2^24 ms.</summary>
    static readonly Gen<long> Delay = Gen.OneOf(
        Gen.Long[-5, 600],
        Gen.Long[65_200, 65_900],
        Gen.Long[0, 200_000],
        Gen.Long[(1 << 24) - 300, (1 << 24) + 300]);

    static readonly Gen<Step> AnyStep = Gen.Frequency(
        (6, Delay.Select(delay => new Step(StepKind.Add, delay))),
        (2, Gen.Long[0, 1_000].Select(which => new Step(StepKind.Cancel, which))),
        (4, Gen.Long[0, 700].Select(time => new Step(StepKind.Advance, time))),
        (1, Gen.Long[0, 140_000].Select(time => new Step(StepKind.Advance, time))));

    enum StepKind
    {
        Add,
        Cancel,
        Advance,
    }

    [Fact]
    public void Fires_what_a_sorted_list_would_fire_and_in_that_order() =>
        AnyStep.Array[1, 120].Sample(steps => Run(new TimerWheel(), steps), iter: 300);

    [Fact]
    public void A_time_across_the_highest_lap_fires_at_its_millisecond() => Run(new TimerWheel(),
    [
        new(StepKind.Advance, (1 << 24) - 3), new(StepKind.Add, 1), new(StepKind.Add, 3), new(StepKind.Add, 260), new(StepKind.Add, 65_540),
        new(StepKind.Advance, 2), new(StepKind.Advance, 2), new(StepKind.Advance, 300), new(StepKind.Advance, 66_000),
    ]);

    [Fact]
    public void Says_how_long_to_wait_never_too_long_and_exactly_when_near() => Gen.Select(Gen.Long[0, 70_000], Gen.Long[1, 70_000]).Sample((begin, delay) =>
    {
        var wheel = new TimerWheel();
        wheel.AdvanceTo(begin);
        Assert.Equal(-1, wheel.NextDueMs(begin));
        var told = new Recorder([]).On(wheel, begin + delay);
        var now = begin;
        var waits = 0;
        while (told.FiredAt is null)
        {
            var wait = wheel.NextDueMs(now);
            Assert.InRange(wait, 1, begin + delay - now);
            now += wait;
            wheel.AdvanceTo(now);
            waits++;
        }

        Assert.Equal(begin + delay, now);
        Assert.InRange(waits, 1, 2 + delay / 256);
    }, iter: 300);

    [Fact]
    public void A_target_may_cancel_and_add_times_while_its_own_fires()
    {
        var wheel = new TimerWheel();
        var fired = new List<string>();
        var victim = -1;
        wheel.Add(10, new Act(() => fired.Add("second")));
        victim = wheel.Add(10, new Act(() => fired.Add("victim")));
        wheel.Add(10, new Act(() =>
        {
            fired.Add("first");
            wheel.Cancel(victim);
            wheel.Add(10, new Act(() => fired.Add("late, hence at the next step")));
            wheel.Add(10 + 256, new Act(() => fired.Add("one lap later")));
        }));
        wheel.AdvanceTo(10);
        Assert.Equal(["first", "second"], fired);
        wheel.AdvanceTo(11);
        Assert.Equal("late, hence at the next step", fired[^1]);
        wheel.AdvanceTo(10 + 255);
        Assert.Equal(3, fired.Count);
        wheel.AdvanceTo(10 + 256);
        Assert.Equal("one lap later", fired[^1]);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Allocates_nothing_once_it_has_grown()
    {
        var wheel = new TimerWheel();
        var target = new Act(static () => { });
        Turn(wheel, target, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 1; turn <= 1_000; turn++) Turn(wheel, target, turn * 300L);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Turn(TimerWheel wheel, ITimerTarget target, long now)
        {
            for (var index = 0; index < 50; index++) wheel.Add(now + index * 7, target);
            wheel.Cancel(wheel.Add(now + 1_000, target));
            wheel.AdvanceTo(now + 300);
        }
    }

    /// <summary>Runs steps against a wheel and against a plain list, and compares what fires, when, and how much is pending.</summary>
    static void Run(TimerWheel wheel, Step[] steps)
    {
        long now = 0;
        var pending = new List<Recorder>();
        var fired = new List<Recorder>();
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Add:
                    pending.Add(new Recorder(fired).On(wheel, now + step.Value));
                    pending[^1].DueMs = Math.Max(now + 1, now + step.Value);
                    break;
                case StepKind.Cancel when pending.Count > 0:
                    var victim = pending[(int)(step.Value % pending.Count)];
                    wheel.Cancel(victim.Handle);
                    pending.Remove(victim);
                    break;
                case StepKind.Advance:
                    now += step.Value;
                    wheel.AdvanceTo(now);
                    var due = pending.Where(one => one.DueMs <= now).ToHashSet();
                    pending.RemoveAll(due.Contains);
                    Assert.Equal(due.Count, fired.Count);
                    Assert.All(fired, one => Assert.Contains(one, due));
                    Assert.Equal(fired.Select(one => one.DueMs).Order(), fired.Select(one => one.DueMs));
                    fired.Clear();
                    break;
            }

            Assert.Equal(pending.Count, wheel.Count);
        }
    }

    readonly record struct Step(StepKind Kind, long Value);

    sealed class Recorder(List<Recorder> fired) : ITimerTarget
    {
        public int Handle { get; private set; }

        public long DueMs { get; set; }

        public int? FiredAt { get; private set; }

        public Recorder On(TimerWheel wheel, long dueMs)
        {
            Handle = wheel.Add(dueMs, this);
            return this;
        }

        public void OnTimer()
        {
            Assert.Null(FiredAt);
            FiredAt = fired.Count;
            fired.Add(this);
        }
    }

    sealed class Act(Action act) : ITimerTarget
    {
        public void OnTimer() => act();
    }
}
