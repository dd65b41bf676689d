using BenchmarkDotNet.Attributes;
using LeanLoad.Benchmarking;
using LeanLoad.Benchmarking.Targets;

namespace LeanLoad.TestLoad.Benchmarks;

/// <summary>The answers of the shop: a catalogue of a million characters, and products of 200 bytes.</summary>
static class Shop
{
    static readonly string Catalogue = new('c', 1_000_000);
    static readonly string Product = new('p', 200);

    public static void Answer(InMemoryTarget target) => target
        .Get("/", "welcome", contentType: "text/plain")
        .Get("/products", Catalogue, headers: ("X-First", "chair"))
        .Get("/products/{id}", Product);
}

public class ShopperBenchmarks : UserBenchmarks<Shopper>
{
    [Benchmark, AllocationBudget("10 KiB")]
    public void Start() => StartUser();

    [Benchmark(OperationsPerInvoke = Iterations), AllocationBudget("200 B")]
    public void Browse() => Iterate(nameof(Shopper.Browse));

    [Benchmark(OperationsPerInvoke = Iterations), AllocationBudget("512 B")]
    public void Allocate() => Iterate(nameof(Shopper.Allocate));

    [Benchmark, AllocationBudget("100 KiB")]
    public void Load() => Bootstrap("Catalogue.Load");

    protected override void Answer(InMemoryTarget target) => Shop.Answer(target);
}

/// <summary>Beyond its budgets, in each way in which a benchmark can be.</summary>
public class LoneShopperBenchmarks : UserBenchmarks<LoneShopper>
{
    [Benchmark, AllocationBudget("0.1 MB")]
    public void Start() => StartUser();

    [Benchmark(OperationsPerInvoke = Iterations)]
    public void Look() => Iterate(nameof(LoneShopper.Look));

    [Benchmark(OperationsPerInvoke = Iterations), AllocationBudget("0 B")]
    public void Miss() => Iterate(nameof(LoneShopper.Miss));

    [Benchmark(OperationsPerInvoke = Iterations), AllocationBudget("0 B")]
    public void Fail() => Iterate(nameof(LoneShopper.Fail));

    [Benchmark(OperationsPerInvoke = Iterations), AllocationBudget("much")]
    public void Unclear() => Iterate(nameof(LoneShopper.Look));

    [Benchmark]
    public void Unknown() => Iterate("Unknown");

    protected override void Answer(InMemoryTarget target) => Shop.Answer(target);
}

/// <summary>One that is held to a budget, and one that is only shown.</summary>
public class StartBenchmarks : UserBenchmarks<Shopper>
{
    [Benchmark, AllocationBudget("10 KiB")]
    public void Start() => StartUser();

    [Benchmark]
    public void Load() => Bootstrap("Catalogue.Load");

    protected override void Answer(InMemoryTarget target) => Shop.Answer(target);
}

/// <summary>Whose author forgot to mark what is to be measured.</summary>
public class UnmarkedBenchmarks : UserBenchmarks<Shopper>
{
    public void Start() => StartUser();

    protected override void Answer(InMemoryTarget target) => Shop.Answer(target);
}
