using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class BudgetFileTests
{
    /// <summary>A file up to its benchmarks, and up to the cost of its only one.</summary>
    const string File = """{ "tolerances": { "instructions": 2, "ratio": 2 }, "benchmarks": """;
    const string One = File + """{ "a": """;

    [Fact]
    public void What_is_written_is_read_again_with_ratios_of_three_digits_and_bytes_to_the_last_one()
    {
        var measured = new Dictionary<string, Cost>
        {
            ["Http.ResponseParsing.Parse [Payload=\"Blob\"]"] = new(24, Ratio: 0.000123456),
            ["Loop.TimerWheel"] = new(24m / 65_536, 0, 1234.4, 1234.5),
        };

        Assert.True(
            BudgetFile.TryParse(BudgetFile.Empty.Accept(measured).ToJson(), out var file, out var problem), problem);
        Assert.Equal(Tolerances.Default, file.Tolerances);
        Assert.Equal(new Cost(24, Ratio: 0.000123), file.Benchmarks["Http.ResponseParsing.Parse [Payload=\"Blob\"]"]);
        Assert.Equal(new Cost(24m / 65_536, 0, 1234, 1230), file.Benchmarks["Loop.TimerWheel"]);
    }

    [Fact]
    public void An_empty_file_is_read_again() =>
        Assert.True(BudgetFile.TryParse(BudgetFile.Empty.ToJson(), out _, out var problem), problem);

    [Fact]
    public void Accepting_changes_what_left_its_tolerance_keeps_what_was_not_measured_and_forgets_what_is_gone()
    {
        var before = new BudgetFile(new Tolerances(Instructions: 1.5, Ratio: 2), new Dictionary<string, Cost>
        {
            ["same"] = new(0, 0, 100, 1),
            ["slower"] = new(0, 0, 100, 1),
            ["faster"] = new(48, 48, 100, 1),
            ["uncounted"] = new(48, 48, 100, 1),
            ["gone"] = new(0, 0, 100, 1),
        });

        var after = before.Accept(new Dictionary<string, Cost>
        {
            ["same"] = new(24, 32, 149, 1.9),
            ["slower"] = new(0, 0, 151, 2.1),
            ["faster"] = new(0, 0, 60, 0.4),
            ["uncounted"] = new(24),
        });

        Assert.Equal(
            [
                ("faster", new Cost(0, 0, 60, 0.4)), ("same", new Cost(24, 32, 100, 1)), (
                    "slower", new Cost(0, 0, 151, 2.1)),
                ("uncounted", new Cost(24, 48, 100, 1)),
            ],
            after.Benchmarks.OrderBy(static entry => entry.Key, StringComparer.Ordinal)
                .Select(static entry => (entry.Key, entry.Value)));
    }

    [Theory]
    [InlineData("", "is not a budget file")]
    [InlineData("null", "is not a budget file: it is null")]
    [InlineData("[]", "is not a budget file")]
    [InlineData("""{ "tolerances": { "instructions": 2, "ratio": 2 } }""", "is not a budget file")]
    [InlineData("""{ "tolerances": { "ratio": 2 }, "benchmarks": {} }""", "is not a budget file")]
    [InlineData("""{ "tolerances": null, "benchmarks": {} }""", "is not a budget file")]
    [InlineData(File + """null }""", "is not a budget file")]
    [InlineData(File + """{}, "typo": 1 }""", "is not a budget file")]
    [InlineData("""{ "tolerances": { "instructions": 2, "ratio": "2" }, "benchmarks": {} }""", "is not a budget file")]
    [InlineData("""{ "tolerances": { "instructions": 2, "ratio": 1 }, "benchmarks": {} }""", "has a tolerance that is")]
    [InlineData("""{ "tolerances": { "instructions": 1, "ratio": 2 }, "benchmarks": {} }""", "has a tolerance that is")]
    [InlineData(One + """null } }""", "has for \"a\" no bytes from 0 up, or")]
    [InlineData(One + """{ "bytes": -1 } } }""", "has for \"a\" no bytes")]
    [InlineData(One + """{ "bytes": 0, "nativeBytes": -1 } } }""", "has for \"a\" no bytes")]
    [InlineData(One + """{ "bytes": 0, "ratio": 0 } } }""", "has for \"a\" no bytes")]
    [InlineData(One + """{ "bytes": 0, "instructions": 0 } } }""", "has for \"a\" no bytes")]
    [InlineData(One + """{ "bytes": "0" } } }""", "is not a budget file")]
    [InlineData(One + """{ "ratio": 1 } } }""", "is not a budget file")]
    public void A_damaged_file_is_refused_with_its_reason(string json, string problem)
    {
        Assert.False(BudgetFile.TryParse(json, out _, out var found));
        Assert.StartsWith(problem, found, StringComparison.Ordinal);
    }
}
