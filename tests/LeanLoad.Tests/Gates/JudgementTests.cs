using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class JudgementTests
{
    /// <summary>Budget and measured cost, and what the gate makes of them; the tolerance is 2.</summary>
    [Theory]
    [InlineData(0, 0.5, 0, 0.5, false, false, "")]
    [InlineData(0, 0.5, 24, 0.5, true, true, "24 B more")]
    [InlineData(1_000_000, 0.5, 1_000_001, 0.5, true, true, "1 B more")]
    [InlineData(48, 0.5, 24, 0.5, true, false, "24 B less: --accept it, or they can come back unseen")]
    [InlineData(0, 0.5, 0, 1.0, false, false, "")]
    [InlineData(0, 0.5, 0, 1.25, true, true, "2.5 times as slow")]
    [InlineData(0, 0.5, 24, 1.25, true, true, "24 B more, 2.5 times as slow")]
    [InlineData(0, 0.5, 0, 0.25, false, false, "")]
    [InlineData(0, 0.5, 0, 0.125, false, false, "4.0 times as fast: worth an --accept")]
    public void Bytes_are_held_exactly_and_ratios_to_a_tolerance(
        long budgetBytes, double budgetRatio, long bytes, double ratio, bool fails, bool mayBeNoise, string moved)
    {
        var judgement = new Judgement("A.B.C", new Cost(budgetBytes, budgetRatio), new Cost(bytes, ratio), RatioTolerance: 2);

        Assert.Equal((fails, mayBeNoise, moved), (judgement.Fails, judgement.MayBeNoise, judgement.Moved));
    }

    [Fact]
    public void A_benchmark_without_budget_and_a_budget_without_benchmark_both_fail_and_no_further_round_can_help()
    {
        var cost = new Cost(0, 1);
        var judgements = Judgement.All(
            new Dictionary<string, Cost> { ["kept"] = cost, ["gone"] = cost },
            new Dictionary<string, Cost> { ["kept"] = cost, ["new"] = cost }, ratioTolerance: 2);

        Assert.Equal(
            [("gone", true, "is gone, its budget is not"), ("kept", false, ""), ("new", true, "has no budget")],
            judgements.Select(static judgement => (judgement.Benchmark, judgement.Fails, judgement.Moved)));
        Assert.DoesNotContain(judgements, static judgement => judgement.MayBeNoise);
    }
}
