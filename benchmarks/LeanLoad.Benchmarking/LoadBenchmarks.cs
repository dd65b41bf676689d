using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LeanLoad.Benchmarking.Gates;

namespace LeanLoad.Benchmarking;

/// <summary>
/// The program of a benchmark project: <c>return LoadBenchmarks.Run(args, typeof(Program).Assembly);</c>
/// </summary>
public static class LoadBenchmarks
{
    /// <summary>
    /// <c>gate [CLASS…]</c> counts what each benchmark allocates and holds it to its
    /// <see cref="AllocationBudgetAttribute"/>: seconds, for every build. All other arguments are BenchmarkDotNet's;
    /// its table has the ledger's scopes as columns.
    /// </summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="benchmarks">Where the classes derived from <see cref="UserBenchmarks{TUser}"/> are.</param>
    /// <returns>The exit code: 0 passed, 1 a budget was exceeded or a benchmark failed, 2 used wrongly.</returns>
    public static int Run(string[] args, Assembly benchmarks)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(benchmarks);
        if (args is ["gate", .. var classes]) return BudgetGate.Run(benchmarks, classes, Console.Out, Console.Error);
        var summaries = BenchmarkSwitcher.FromAssembly(benchmarks)
            .Run(args.Length == 0 ? ["--filter", "*", "--join"] : args, Config()).ToList();
        return summaries.All(static summary => summary.Reports.All(static report => report.Success)) ? 0 : 1;
    }

    /// <summary>
    /// BenchmarkDotNet's table with the ledger's scopes, timed in this process, where the load file's table is.
    /// </summary>
    public static IConfig Config() => OwnBaselines.AddTo(DefaultConfig.Instance)
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(new ScopeDiagnoser())
        .HideColumns(Column.Error, Column.StdDev, Column.Job, Column.Toolchain, Column.IterationCount,
        Column.LaunchCount, Column.WarmupCount);
}
