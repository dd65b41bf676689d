using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Benchmarking;

/// <summary>
/// The gate of a load project's own benchmarks, as its author runs it: <c>tests/LeanLoad.TestLoad.Benchmarks</c>.
/// </summary>
public sealed class BudgetGateTests
{
    [Fact]
    public void Users_within_their_budgets_pass_and_each_byte_is_charged_to_its_scope()
    {
        var (code, output) = Gate("ShopperBenchmarks");
        // After a collection, which another test may bring about, the runtime makes objects on the loop's thread, once.
        for (var again = 0; again < 3 && EnginesOwn(output).Any(static bytes => bytes != "0"); again++)
        {
            (code, output) = Gate("ShopperBenchmarks");
        }

        Assert.True(code == 0, output);
        Assert.EndsWith("passed: 4 benchmarks are within their budgets\n", output, StringComparison.Ordinal);
        // B/op, budget, bootstrap, start, task, stop, engine; other threads may do what they like.
        Assert.Equal(["0", "0"], Row(output, "ShopperBenchmarks.Browse")[6..8]);
        Assert.Equal(["512", "512", "B", "0", "0", "512", "0", "0"], Row(output, "ShopperBenchmarks.Allocate")[..8]);
        Assert.NotEqual("0", Row(output, "ShopperBenchmarks.Load")[3]);
        Assert.NotEqual("0", Row(output, "ShopperBenchmarks.Start")[4]);
    }

    static string[] EnginesOwn(string output) =>
        [Row(output, "ShopperBenchmarks.Browse")[7], Row(output, "ShopperBenchmarks.Allocate")[7]];

    [Fact]
    public void What_is_beyond_its_budget_or_can_not_be_measured_fails_the_gate_with_a_sentence()
    {
        var (code, output) = Gate("LoneShopperBenchmarks");

        Assert.Equal(1, code);
        Assert.Matches(
            @"FAILED: LoneShopperBenchmarks\.Start allocates 2\.\d MB, budget 0\.1 MB; \d+ % of it by constructor",
            output);
        Assert.Contains("FAILED: LoneShopperBenchmarks.Unclear has the budget \"much\", which is not a size", output,
            StringComparison.Ordinal);
        Assert.Contains("LoneShopperBenchmarks.Unknown: LoneShopper has no task \"Unknown\"; it has Look, Miss, Fail.",
            output, StringComparison.Ordinal);
        Assert.Contains("LoneShopperBenchmarks.Fail: LoneShopper.Fail threw FormatException: no number", output,
            StringComparison.Ordinal);
        Assert.Contains("The in-memory target has no answer to GET /nowhere", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_is_not_there_is_told_with_those_that_are()
    {
        var (code, output) = Gate("Shoper");

        Assert.Equal(2, code);
        Assert.Equal(
            "\"Shoper\" is no class of benchmarks; there are ShopperBenchmarks, LoneShopperBenchmarks, "
                + "StartBenchmarks, UnmarkedBenchmarks.\n", output);
    }

    [Fact]
    public void What_has_no_budget_is_counted_apart()
    {
        var (code, output) = Gate("StartBenchmarks");

        Assert.Equal(0, code);
        Assert.EndsWith("passed: 1 benchmark is within its budget; 1 has none\n", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_benchmarks_is_told_and_nothing_measured()
    {
        var (code, output) = Gate("UnmarkedBenchmarks");

        Assert.Equal(2, code);
        Assert.Equal(
            "UnmarkedBenchmarks has no public method with [Benchmark]; add one, or make the class abstract.\n", output);
    }

    static (int Code, string Output) Gate(string benchmarks)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release"
            : "Debug";
        var program = Repository.PathOf("tests", "LeanLoad.TestLoad.Benchmarks", "bin", configuration, "net10.0",
            "LeanLoad.TestLoad.Benchmarks.dll");
        return Subprocess.Try(Path.GetTempPath(), "dotnet", [program, "gate", benchmarks]);
    }

    static string[] Row(string output, string benchmark) =>
        output.Split('\n').Single(line => line.StartsWith(benchmark, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
}
