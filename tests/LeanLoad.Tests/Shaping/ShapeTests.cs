using LeanLoad.Shaping;
using Xunit;

namespace LeanLoad.Tests.Shaping;

/// <summary>What <c>--shape</c> says, and when a packet is due by it.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData("rate=1Mbit", 1e6, 0, 0, 0)]
    [InlineData("rate=56kbit", 56e3, 0, 0, 0)]
    [InlineData("rate=2.5gbit,latency=1s", 2.5e9, 1000, 0, 0)]
    [InlineData("latency=50ms,jitter=10ms,loss=1%,rate=9600bit", 9600, 50, 10, 0.01)]
    [InlineData("loss=0.1%", 0, 0, 0, 0.001)]
    public void A_network_is_read(string text, double rate, int latencyMs, int jitterMs, double loss)
    {
        Assert.True(Shape.TryParse(text, out var shape, out var problem), problem);
        Assert.Equal((rate, latencyMs, jitterMs, loss), (shape.BitsPerSecond, shape.Latency.TotalMilliseconds,
            shape.Jitter.TotalMilliseconds, Math.Round(shape.Loss, 9)));
    }

    [Theory]
    [InlineData("rate=1", "rate \"1\" is not a rate; write a number and bit, kbit, Mbit or Gbit")]
    [InlineData("rate=0Mbit", "rate \"0Mbit\"")]
    [InlineData("rate=-1Mbit", "rate \"-1Mbit\"")]
    [InlineData("latency=50", "latency \"50\" is not a duration")]
    [InlineData("loss=1", "loss \"1\" is not a share from 0% to below 100%")]
    [InlineData("loss=100%", "loss \"100%\"")]
    [InlineData("latency=1ms,jitter=2ms", "jitter is larger than latency")]
    [InlineData("delay=5ms", "\"delay=5ms\" is none of rate=1Mbit, latency=50ms, jitter=10ms, loss=1%")]
    [InlineData("", "\"\" is none of")]
    public void What_is_wrong_with_it_is_said(string text, string problem)
    {
        Assert.False(Shape.TryParse(text, out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        Assert.False(Shape.TryParse("rate=1,latency=2,loss=3,x", out _, out var said));
        Assert.Equal(4, said!.Split("; ").Count(static part => part.StartsWith("rate", StringComparison.Ordinal)
            || part.StartsWith("latency", StringComparison.Ordinal)
            || part.StartsWith("loss", StringComparison.Ordinal)
                || part.StartsWith("\"x\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_hands_on_what_is_due_in_order_whatever_the_sizes()
    {
        var line = new DelayLine();
        var data = new byte[10_000];
        new Random(1).NextBytes(data);
        var due = 0.0;
        line.Add(data.AsSpan(0, 4000), _ => due += 10);
        line.Add(data.AsSpan(4000), _ => due += 10);
        Assert.Equal(10_000, line.Bytes);
        Assert.Equal(10, line.NextDueMs);
        var buffer = new byte[10_000];
        Assert.Equal(0, line.Take(9.9, buffer));
        Assert.Equal(Shape.PacketBytes, line.Take(10, buffer));
        Assert.Equal(100, line.Take(40, buffer.AsSpan(1448, 100)));
        var taken = 1548;
        for (var now = 40; now <= 200; now += 10) taken += line.Take(now, buffer.AsSpan(taken));
        Assert.Equal(data, buffer);
        Assert.Equal((10_000, 0, double.PositiveInfinity), (taken, line.Bytes, line.NextDueMs));
    }
}
