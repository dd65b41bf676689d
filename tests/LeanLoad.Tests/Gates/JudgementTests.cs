using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class JudgementTests
{
    static readonly Tolerances Tolerances = new(Instructions: 1.5, Ratio: 2);

    /// <summary>Budget and measured bytes, and what the gate makes of them.</summary>
    [Theory]
    [InlineData(0, 0, false, "")]
    [InlineData(0, 24, true, "24 B more")]
    [InlineData(1_000_000, 1_000_001, true, "1 B more")]
    [InlineData(48, 24, true, "24 B less: --accept it, or they can come back unseen")]
    [InlineData(0, 24.0 / 65_536, true, "24 B in 65,536 operations more")]
    [InlineData(24.0 / 65_536, 0, true, "24 B in 65,536 operations less: --accept it, or they can come back unseen")]
    public void Bytes_are_held_exactly_however_rare_they_are(double budget, double bytes, bool fails, string moved)
    {
        var judgement = new Judgement("A.B.C", new Cost((decimal)budget), new Cost((decimal)bytes), Tolerances);

        Assert.Equal((fails, false, moved), (judgement.Fails, judgement.MayBeNoise, judgement.Moved));
    }

    /// <summary>Budget and measured native bytes, instructions and ratio; null: not there, or not measured.</summary>
    [Theory]
    [InlineData(0, 100.0, 0.5, 0, 150.0, 1.0, false, false, "")]
    [InlineData(0, 100.0, 0.5, null, null, null, false, false, "")]
    [InlineData(0, 100.0, 0.5, 24, 100.0, 0.5, true, false, "24 B native more")]
    [InlineData(0, 100.0, 0.5, 0, 160.0, 0.5, true, false, "1.60 times the instructions")]
    [InlineData(0, 100.0, 0.5, 0, 50.0, 0.5, false, false, "0.50 times the instructions: worth an --accept")]
    [InlineData(0, 100.0, 0.5, 0, 100.0, 1.25, true, true, "2.50 times the time beside its baseline's")]
    [InlineData(0, 100.0, 0.5, 0, 100.0, 0.125, false, false,
        "0.25 times the time beside its baseline's: worth an --accept")]
    [InlineData(0, 100.0, 0.5, 24, 160.0, 1.25, true, true,
        "24 B native more, 1.60 times the instructions, 2.50 times the time beside its baseline's")]
    [InlineData(null, null, null, 0, 100.0, 1.0, true, false,
        "has no budget for native bytes, has no budget for instructions, has no budget for time beside its baseline's")]
    public void Instructions_and_ratios_are_held_to_a_tolerance_as_far_as_they_were_measured(
        int? budgetBytes, double? budgetInstructions, double? budgetRatio,
        int? bytes, double? instructions, double? ratio,
        bool fails, bool mayBeNoise, string moved)
    {
        var judgement = new Judgement(
            "A.B.C", new Cost(0, budgetBytes, budgetInstructions, budgetRatio), new Cost(
                0, bytes, instructions, ratio), Tolerances);

        Assert.Equal((fails, mayBeNoise, moved), (judgement.Fails, judgement.MayBeNoise, judgement.Moved));
    }

    [Fact]
    public void A_benchmark_without_budget_and_a_budget_without_benchmark_both_fail_and_no_further_round_can_help()
    {
        var cost = new Cost(0, 0, 100, 1);
        var judgements = Judgement.All(
            new Dictionary<string, Cost> { ["kept"] = cost, ["gone"] = cost },
            new Dictionary<string, Cost> { ["kept"] = cost, ["new"] = cost }, Tolerances);

        Assert.Equal(
            [("gone", true, "is gone, its budget is not"), ("kept", false, ""), ("new", true, "has no budget")],
            judgements.Select(static judgement => (judgement.Benchmark, judgement.Fails, judgement.Moved)));
        Assert.DoesNotContain(judgements, static judgement => judgement.MayBeNoise);
    }
}
