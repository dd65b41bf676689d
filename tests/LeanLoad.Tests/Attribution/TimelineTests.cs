using CsCheck;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using Xunit;

namespace LeanLoad.Tests.Attribution;

public sealed class TimelineTests
{
    [Fact]
    public void However_long_the_run_it_stays_bounded_in_order_and_has_the_peak() =>
        Gen.Select(Gen.Int[1, 20_000], Gen.Int[0, 19_999], Gen.Int[0, 1000]).Sample((count, where, seed) =>
        {
            var timeline = new Timeline();
            var random = new Random(seed);
            var peakAt = where % count;
            for (var second = 0; second < count; second++)
            {
                timeline.Add(Tick(second, second == peakAt ? 1_000_000 : random.Next(1000)));
            }

            Assert.InRange(timeline.Points.Count, 1, 4096);
            Assert.Equal(1_000_000, timeline.Points.Max(static point => point.Memory.Unreclaimable).Count);
            Assert.Equal(timeline.Points.Select(static point => point.At).Order(),
                timeline.Points.Select(static point => point.At));
        }, iter: 200);

    [Fact]
    public void As_long_as_there_is_room_every_second_is_kept()
    {
        var timeline = new Timeline();
        for (var second = 0; second < 4096; second++) timeline.Add(Tick(second, 10));
        Assert.Equal(4096, timeline.Points.Count);
        timeline.Add(Tick(4096, 10));
        Assert.Equal(2049, timeline.Points.Count);
    }

    static Tick Tick(int second, long bytes) =>
        new() { At = TimeSpan.FromSeconds(second), Memory = new MemoryReading { Unreclaimable = new Bytes(bytes) } };
}
