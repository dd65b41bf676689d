#if DEBUG
// Without optimization every figure would be wrong, and a wrong figure is worse than none.
Console.Error.WriteLine(
    "Only optimized code is measured: dotnet run --project benchmarks/LeanLoad.Benchmarks -c Release");
return 2;
#else
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;
using LeanLoad.Benchmarks.Gates;
using LeanLoad.Benchmarks.Processes;

if (args is ["gate", .. var options]) return GateCommand.Run(options);
if (args is [var verb, ..] && ProcessCommands.Knows(verb))
{
    return await ProcessCommands.RunAsync(args, Console.Error);
}

BenchmarkSwitcher.FromAssembly(typeof(GateCommand).Assembly)
    .Run(args, DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default));
return 0;
#endif
