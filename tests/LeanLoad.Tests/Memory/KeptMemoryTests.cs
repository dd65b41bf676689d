using System.Globalization;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class KeptMemoryTests
{
    /// <summary>
    /// Readings in MiB: used; committed by the heap and allocated since, as of the last collection; live; left by the
    /// last full collection. Of the last reading: what is kept, and what may be.
    /// </summary>
    [Theory]
    [InlineData("just collected: what is free on the heap is not kept", 25, 25, "30 15 0 10 10")]
    [InlineData("what was allocated since may be kept or not", 25, 28, "30 15 0 10 10", "30 15 3 13 10")]
    [InlineData("for it the heap may have grown", 25, 33, "30 15 0 10 10", "36 15 8 18 10")]
    [InlineData("beyond it something else has", 27, 28, "30 15 0 10 10", "33 15 1 11 10")]
    [InlineData("a younger collection tells what is beside the heap", 22, 24, "30 15 0 10 10", "30 18 0 12 10")]
    [InlineData("a full one what is kept of the heap, too", 26, 26, "30 15 0 10 10", "36 15 8 18 10", "30 18 0 14 14")]
    [InlineData("less than what survived is alive", 25, 25, "30 15 0 10 10", "30 15 0 9 10")]
    [InlineData("before the first full one all of the heap may be garbage", 15, 25, "30 15 0 10 0")]
    public void Garbage_is_left_out(string what, double kept, double most, params string[] readings)
    {
        var memory = new KeptMemory();
        foreach (var text in readings)
        {
            var amounts = text.Split(' ')
                .Select(static word => Bytes.FromMiB(double.Parse(word, CultureInfo.InvariantCulture))).ToArray();
            memory.Look(new MemoryReading
            {
                Unreclaimable = amounts[0],
                Committed = amounts[1],
                BesideHeap = amounts[0] - amounts[1] - amounts[2],
                Live = amounts[3],
                Surviving = amounts[4],
            });
        }

        Assert.True((Bytes.FromMiB(kept), Bytes.FromMiB(most)) == (memory.Now.Amount, memory.Now.Most),
            $"{what}: {memory.Now}");
    }
}
