using BenchmarkDotNet.Running;

// Without optimization every figure would be wrong, and a wrong figure is worse than none.
#if DEBUG
Console.Error.WriteLine("Only optimized code is measured: dotnet run --project benchmarks/LeanLoad.Benchmarks -c Release");
return 2;
#else
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
#endif
