using LeanLoad.Bootstraps;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

public sealed class PaceTests
{
    // Each look: milliseconds since the last, KiB taken in them. Then MiB a second.
    [Theory]
    // As fast as it goes, seen at the first look, a part of it after a while that is shorter than what it is told by.
    [InlineData("10 10240", 1000)]
    [InlineData("5 5120", 500)]
    [InlineData("5 5120, 5 5120", 1000)]
    [InlineData("20 10240", 500)]
    // What a few threads take in a millisecond is no flood.
    [InlineData("10 0, 1 100", 9.77)]
    // It is remembered for the next hundredth of a second, and not for longer.
    [InlineData("10 10240, 5 0", 1000)]
    [InlineData("10 10240, 10 0", 1000)]
    [InlineData("10 10240, 10 0, 1 0", 0)]
    [InlineData("10 -10240", 0)]
    public void It_is_what_the_last_hundredth_of_a_second_or_the_one_under_way_shows(string looks, double expected)
    {
        var (pace, at, found) = (new Pace(), TimeSpan.Zero, 0.0);
        foreach (var look in looks.Split(", "))
        {
            var parts = look.Split(' ');
            at += TimeSpan.FromMilliseconds(int.Parse(parts[0], null));
            found = pace.Add(Bytes.FromKiB(int.Parse(parts[1], null)), at);
        }

        Assert.Equal(expected, found / (1 << 20), 0.01);
    }
}
