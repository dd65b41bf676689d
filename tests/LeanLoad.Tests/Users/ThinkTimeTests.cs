using System.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Users;

public sealed class ThinkTimeTests
{
    [Fact]
    public void Draws_have_the_mean_and_the_bounds_they_were_asked_for()
    {
        Check(ThinkTime.Constant(20.Milliseconds()), 20, 20, 20);
        Check(ThinkTime.Between(10.Milliseconds(), 30.Milliseconds()), 10, 20, 30);
        // Cut at ten means: what is cut changes the mean by exp(-10).
        Check(ThinkTime.Exponential(20.Milliseconds()), 0, 20, 200);
        Check(ThinkTime.Pacing(20.Milliseconds()), 20, 20, 20);
        Check(ThinkTime.Throughput(50), 20, 20, 20);
        Check(ThinkTime.None, 0, 0, 0);
    }

    [Fact]
    public void Half_of_the_exponential_pauses_are_shorter_than_the_mean_times_ln_2() =>
        Assert.Equal(20 * Math.Log(2), ThinkTime.Exponential(20.Milliseconds()).Draw(0.5).TotalMilliseconds, 0.001);

    [Fact]
    public void Wrong_times_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => ThinkTime.Constant(-1.Seconds()));
        Assert.Throws<ArgumentOutOfRangeException>(static () => ThinkTime.Between(2.Seconds(), 1.Seconds()));
        Assert.Throws<ArgumentOutOfRangeException>(static () => ThinkTime.Throughput(0));
    }

    /// <summary>Longer than the machine has been up: the clock that it counts by began then.</summary>
    [Fact]
    public void The_first_period_begins_with_the_first_iteration_however_long_it_is()
    {
        var begun = 0;
        var up = Stopwatch.GetElapsedTime(0);
        var sketch = new UserTests.Sketch
        {
            Pause = ThinkTime.Pacing(up + 200.Milliseconds()),
            OnTask = () => begun++,
        };
        using var town = new Town(UserTests.Table(sketch));
        town.Admit(0);
        town.Until(() => town.Loops.Iterations == 1);
        Thread.Sleep(400);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 1);
        Assert.Equal(1, begun);
    }

    [Fact]
    public void Pacing_counts_from_the_start_and_what_takes_longer_is_followed_at_once()
    {
        var starts = new List<long>();
        var sketch = new UserTests.Sketch
        {
            Pause = ThinkTime.Pacing(40.Milliseconds()),
            OnTask = () =>
            {
                starts.Add(Stopwatch.GetTimestamp());
                // Half a period, and once three of them.
                Thread.Sleep(starts.Count == 5 ? 120 : 20);
            },
        };
        using var town = new Town(UserTests.Table(sketch), 1, 8);
        var admitted = Stopwatch.GetTimestamp();
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        // From due time to due time: a start may be late on a busy machine, never early.
        Assert.InRange(From(admitted, 4), 4 * 40 - 1, double.MaxValue);
        Assert.InRange(From(starts[4], 5), 119, double.MaxValue);
        Assert.InRange(From(starts[4], 7), 119 + 2 * 40 - 1, double.MaxValue);

        double From(long timestamp, int start) =>
            Stopwatch.GetElapsedTime(timestamp, starts[start]).TotalMilliseconds;
    }

    /// <summary>The last is within what a timestamp can be, and its sum with the present is not.</summary>
    [Theory]
    [InlineData("constant", long.MaxValue)]
    [InlineData("pacing", long.MaxValue)]
    [InlineData("exponential", long.MaxValue)]
    [InlineData("constant", long.MaxValue / TimeSpan.NanosecondsPerTick)]
    public void A_pause_for_ever_does_not_end(string kind, long ticks)
    {
        var time = TimeSpan.FromTicks(ticks);
        var pause = kind == "pacing" ? ThinkTime.Pacing(time) : kind == "exponential" ? ThinkTime.Exponential(time)
            : ThinkTime.Constant(time);
        var (begun, withinPause) = (0, new UserTests.Sketch
        {
            Tasks = [new TaskEntry("Work", 1, [], static user => user.Context.Pause(TimeSpan.MaxValue))],
        });
        var between = new UserTests.Sketch { Pause = pause, OnTask = () => begun++ };
        using var town = new Town(UserTests.Table(between));
        using var other = new Town(UserTests.Table(withinPause));
        foreach (var one in new[] { town, other }) one.Admit(0);
        town.Until(() => town.Loops.Iterations == 1 && other.Loops.Books.InFlight == 1);
        Thread.Sleep(50);
        Assert.Equal((1, 1, 0L), (begun, town.Loops.Running, other.Loops.Iterations));
        Assert.Empty(town.Run.Faults);
        town.Stop();
        town.Until(() => town.Loops.Stopped == 1);
        other.Stop();
        other.Loops.Ask(static loop => loop.Cut(), 5.Seconds());
        other.Until(() => other.Loops.Stopped == 1);
    }

    static void Check(ThinkTime time, double least, double mean, double most)
    {
        const int draws = 10_000;
        var sum = 0.0;
        for (var index = 0; index < draws; index++)
        {
            var drawn = time.Draw((index + 0.5) / draws).TotalMilliseconds;
            Assert.InRange(drawn, least, most);
            sum += drawn;
        }

        Assert.Equal(mean, sum / draws, mean * 0.001);
    }
}
