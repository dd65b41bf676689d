using CsCheck;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Attribution;

public sealed class SampleTallyTests
{
    [Fact]
    public void The_interval_holds_the_truth_in_about_95_of_100_runs()
    {
        const int objects = 20_000, size = 1000, runs = 400;
        var random = new Random(7);
        var hits = 0;
        for (var run = 0; run < runs; run++)
        {
            var tally = new SampleTally();
            // Each byte has the same chance to be picked: the distance to the next is exponential.
            var next = Distance(random);
            for (var index = 0; index < objects; index++)
            {
                next -= size;
                if (next > 0) continue;
                tally.Accept(Sample(5, 1, size));
                next = Distance(random);
            }

            var sampled = tally.Of(5);
            if (Math.Abs(sampled.Estimate.Count - (double)objects * size) <= sampled.HalfWidth.Count) hits++;
        }

        Assert.InRange(hits, runs * 0.92, runs * 0.98);
    }

    [Fact]
    public void Samples_go_to_their_scope_and_those_of_other_threads_off_loop()
    {
        var tally = new SampleTally { TypeName = static type => type == 1 ? "Device" : null };
        tally.Accept(Sample(5, 1, 5_000_000));
        tally.Accept(Sample(5, 2, 1_000_000));
        tally.Accept(Sample(6, 1, 1_000_000) with { Activity = Guid.NewGuid() });

        var start = tally.Of(5);
        Assert.Equal((3, 2), (tally.Count, start.Samples));
        Assert.Equal(["Device", "type at 0x2"], start.Types.Select(static type => type.Name));
        Assert.Equal(1, tally.Of(Scope.OffLoop).Samples);
        Assert.Equal((Bytes.Zero, Bytes.Zero, 0), (tally.Of(6).Estimate, tally.Of(6).HalfWidth, tally.Of(6).Samples));
    }

    [Fact]
    public void A_name_that_the_event_carries_is_taken_before_the_symbols()
    {
        var tally = new SampleTally { TypeName = static _ => "by symbol" };
        tally.Accept(Sample(5, 1, 100) with { TypeName = "System.String" });
        Assert.Equal("string", Assert.Single(tally.Of(5).Types).Name);
    }

    static double Distance(Random random) => -Math.Log(1 - random.NextDouble()) * AllocationSample.MeanSpacing;

    static AllocationSample Sample(int scope, ulong type, long size) =>
        new(TimeSpan.Zero, 1, type, null, new Bytes(size), AllocationSample.WeightOf(new Bytes(size)),
            Ledger.ActivityOf(scope));
}
