using System.Globalization;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class KeptMemoryTests
{
    /// <summary>
    /// Readings a second and a half apart, in MiB: used, live, left by the last full collection, committed by the heap.
    /// The last one's figures are asked for: what is kept at the least, and at most.
    /// </summary>
    [Theory]
    [InlineData("just collected: what is free on the heap is not kept", 25, 25, "30 12 10 15")]
    [InlineData("since then all that was allocated may be garbage", 26, 34, "30 10 10 15", "34 18 10 15")]
    [InlineData("it fills what lay free first", 25, 29, "30 10 10 15", "30 14 10 15")]
    [InlineData("a younger collection tells nothing", 26, 27, "30 10 10 15", "31 11 10 15")]
    [InlineData("the next full one does", 28, 28, "30 10 10 15", "34 18 10 15", "32 14 14 18")]
    [InlineData("less than what survived is alive", 26, 26, "30 10 10 15", "31 9 10 15")]
    [InlineData("before the first full one all of the heap may be garbage", 20, 30, "30 10 0 15")]
    public void Garbage_is_left_out(string what, double kept, double most, params string[] readings)
    {
        var memory = new KeptMemory();
        foreach (var (index, text) in readings.Index())
        {
            var amounts = text.Split(' ')
                .Select(static word => Bytes.FromMiB(double.Parse(word, CultureInfo.InvariantCulture))).ToArray();
            memory.Look(TimeSpan.FromSeconds(index * 1.5), new MemoryReading
            {
                Unreclaimable = amounts[0],
                Live = amounts[1],
                Surviving = amounts[2],
                Committed = amounts[3],
            });
        }

        Assert.True((Bytes.FromMiB(kept), Bytes.FromMiB(most)) == (memory.Now.Amount, memory.Now.Most),
            $"{what}: {memory.Now}");
    }

    [Fact]
    public void What_a_full_collection_left_is_the_best_figure_for_a_second()
    {
        var memory = new KeptMemory();
        memory.Look(TimeSpan.Zero, Reading(used: 30, live: 10));
        memory.Look(TimeSpan.FromSeconds(0.9), Reading(used: 30, live: 14));
        Assert.Equal(new Kept(Bytes.FromMiB(30), Bytes.FromMiB(30), Bytes.FromMiB(10)), memory.Now);
        memory.Look(TimeSpan.FromSeconds(1), Reading(used: 30, live: 14));
        Assert.Equal(new Kept(Bytes.FromMiB(26), Bytes.FromMiB(30), Bytes.FromMiB(10)), memory.Now);
    }

    static MemoryReading Reading(double used, double live) => new()
    {
        Unreclaimable = Bytes.FromMiB(used),
        Live = Bytes.FromMiB(live),
        Surviving = Bytes.FromMiB(10),
        Committed = Bytes.FromMiB(10),
    };
}
