using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class CallgrindFileTests
{
    /// <summary>Two parts as callgrind 3.19 writes them with <c>--combine-dumps=yes</c>, shortened.</summary>
    const string TwoParts = """
        # callgrind format
        version: 1
        creator: callgrind-3.19.0
        pid: 505
        cmd: ./leanload-benchmarks 1000
        part: 1

        desc: Trigger: --dump-after=LeanLoad_Benchmarks_Counting_Repetition__AllocatedBytes
        positions: line
        events: Ir
        summary: 14599612

        fn=(1) LeanLoad_Benchmarks_Counting_Repetition__Measured
        0 12

        totals: 14599612
        part: 2

        desc: Trigger: Program termination
        events: Ir
        summary: 0

        totals: 0
        """;

    [Fact]
    public void Each_part_has_its_total() =>
        Assert.Equal([14_599_612, 0], CallgrindFile.Totals(TwoParts.Split('\n')));
}
