using LeanLoad.Benchmarks;
using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

/// <summary>What <c>gate --prove</c> does to the sources; that the gate then fails, .ci/run shows.</summary>
public sealed class HotPathTests
{
    [Fact]
    public void Every_benchmark_that_may_not_allocate_has_a_hot_path_whose_method_is_there()
    {
        var budgets = File.ReadAllText(Repository.PathOf("benchmarks/budgets.json"));
        Assert.True(BudgetFile.TryParse(budgets, out var file, out var problem), problem);
        var free = file.Benchmarks.Where(static entry => entry.Value.Bytes == 0).Select(static entry => entry.Key)
            .Order(StringComparer.Ordinal);

        Assert.Empty(free.Except(HotPath.All.Select(static path => path.Benchmark)));
        Assert.Empty(HotPath.All.Select(static path => path.Benchmark).Except(file.Benchmarks.Keys));
        foreach (var path in HotPath.All)
        {
            var source = File.ReadAllText(Repository.PathOf(path.File));
            Assert.Contains(
                "\n    {\n        Allocate();\n", path.With("Allocate();", source), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_method_that_is_gone_is_told() =>
        Assert.Contains("out of date", Assert.Throws<MeasurementException>(static () =>
            new HotPath("A.cs", "public void Gone(", "A.B.C")
                .With("Allocate();", "class A;")).Message, StringComparison.Ordinal);
}
