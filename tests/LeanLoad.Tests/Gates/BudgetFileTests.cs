using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class BudgetFileTests
{
    [Fact]
    public void What_is_written_is_read_again_with_ratios_of_three_digits()
    {
        var measured = new Dictionary<string, Cost>
        {
            ["Http.ResponseParsing.Parse [Payload=\"Blob\"]"] = new(24, 0.000123456),
            ["Loop.TimerWheel"] = new(0, 1234.5),
        };

        Assert.True(BudgetFile.TryParse(BudgetFile.Empty.Accept(measured).ToJson(), out var file, out var problem), problem);
        Assert.Equal(BudgetFile.DefaultTolerance, file.RatioTolerance);
        Assert.Equal(new Cost(24, 0.000123), file.Benchmarks["Http.ResponseParsing.Parse [Payload=\"Blob\"]"]);
        Assert.Equal(new Cost(0, 1230), file.Benchmarks["Loop.TimerWheel"]);
    }

    [Fact]
    public void An_empty_file_is_read_again() =>
        Assert.True(BudgetFile.TryParse(BudgetFile.Empty.ToJson(), out _, out var problem), problem);

    [Fact]
    public void Accepting_changes_a_ratio_only_beyond_the_tolerance_and_forgets_what_is_gone()
    {
        var before = new BudgetFile(2, new Dictionary<string, Cost>
        {
            ["same"] = new(0, 1),
            ["slower"] = new(0, 1),
            ["faster"] = new(48, 1),
            ["gone"] = new(0, 1),
        });

        var after = before.Accept(new Dictionary<string, Cost> { ["same"] = new(24, 1.9), ["slower"] = new(0, 2.1), ["faster"] = new(0, 0.4) });

        Assert.Equal(
            [("faster", new Cost(0, 0.4)), ("same", new Cost(24, 1)), ("slower", new Cost(0, 2.1))],
            after.Benchmarks.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => (entry.Key, entry.Value)));
    }

    [Theory]
    [InlineData("", "is not a budget file")]
    [InlineData("null", "is not a budget file: it is null")]
    [InlineData("[]", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": 2 }""", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": null }""", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": {}, "typo": 1 }""", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": "2", "benchmarks": {} }""", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": 1, "benchmarks": {} }""", "has ratioTolerance 1; it must be above 1")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": { "a": null } }""", "has no bytes from 0 up and ratio above 0 for \"a\"")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": { "a": { "bytes": -1, "ratio": 1 } } }""", "has no bytes from 0 up")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": { "a": { "bytes": 0, "ratio": 0 } } }""", "has no bytes from 0 up")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": { "a": { "bytes": 0.5, "ratio": 1 } } }""", "is not a budget file")]
    [InlineData("""{ "ratioTolerance": 2, "benchmarks": { "a": { "bytes": 0 } } }""", "is not a budget file")]
    public void A_damaged_file_is_refused_with_its_reason(string json, string problem)
    {
        Assert.False(BudgetFile.TryParse(json, out _, out var found));
        Assert.StartsWith(problem, found, StringComparison.Ordinal);
    }
}
