#if DEBUG
// Without optimization every figure would be wrong, and a wrong figure is worse than none.
Console.Error.WriteLine(
    "Only optimized code is measured: dotnet run --project benchmarks/LeanLoad.Benchmarks -c Release");
return 2;
#else
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;
using LeanLoad.Benchmarking;
using LeanLoad.Benchmarks;

if (Commands.AreMeant(args)) return await Commands.RunAsync(args, Console.Error);

var summaries = BenchmarkSwitcher.FromAssembly(typeof(Commands).Assembly)
    .Run(args, OwnBaselines.AddTo(DefaultConfig.Instance).AddDiagnoser(MemoryDiagnoser.Default));
return summaries.All(static summary => summary.Reports.All(static report => report.Success)) ? 0 : 1;
#endif
