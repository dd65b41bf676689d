using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.EventProcessors;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// Times all benchmarks in rounds, seconds apart, and keeps the least of each: other programs make an operation slower,
/// never faster.
/// </summary>
/// <remarks>
/// In this process: a process of its own for each benchmark would need a generated project restored and built first,
/// which costs a minute, the network, and a lock file that nobody has.
/// </remarks>
/// <param name="progress">Where a line for each benchmark goes.</param>
sealed class ShortJob(TextWriter progress)
{
    readonly Dictionary<string, Least> measured = [];
    readonly AccumulationLogger log = new();

    /// <summary>The time of each benchmark that has a baseline, as a multiple of the baseline's.</summary>
    public IReadOnlyDictionary<string, double> Ratios =>
        measured.Where(static entry => entry.Value.Baseline is not null).ToDictionary(
            static entry => entry.Key, entry => entry.Value.Nanoseconds / measured[entry.Value.Baseline!].Nanoseconds);

    /// <summary>Measures one more round.</summary>
    /// <param name="names">Only the classes of these benchmarks; null: all.</param>
    /// <returns>What went wrong, for people; null where nothing did.</returns>
    public string? Run(IReadOnlyCollection<string>? names = null)
    {
        var types = names is null
            ? null
            : measured.Where(entry => names.Contains(entry.Key)).Select(static entry => entry.Value.Type).Distinct()
                .ToArray();
        var config = Config();
        var summaries = types is null
            ? BenchmarkSwitcher.FromAssembly(typeof(ShortJob).Assembly).RunAll(config)
            : BenchmarkRunner.Run(types, config);
        foreach (var summary in summaries)
        {
            if (summary.HasCriticalValidationErrors
                || !summary.Reports.All(static report => report is { Success: true, ResultStatistics: not null }))
            {
                return $"{summary.Title} could not be measured:\n{log.GetLog()}";
            }

            foreach (var report in summary.Reports) Keep(report, summary);
        }

        return null;
    }

    void Keep(BenchmarkReport report, Summary summary)
    {
        var benchmark = report.BenchmarkCase;
        var baseline = benchmark.Descriptor.Baseline ? null : summary.BenchmarksCases.FirstOrDefault(other =>
            other.Descriptor.Baseline && other.Parameters.DisplayInfo == benchmark.Parameters.DisplayInfo);
        var beside = baseline is null ? null : NameOf(baseline);
        var now = new Least(benchmark.Descriptor.Type, beside, report.ResultStatistics!.Min);
        var name = NameOf(benchmark);
        measured[name] = measured.TryGetValue(name, out var before) ? now.OrLess(before) : now;
    }

    ManualConfig Config()
    {
        // No overhead is subtracted: it is the same loop for both sides of a ratio, and its own noise would be added to
        // operations of 2 ns.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithEvaluateOverhead(false)
            .WithWarmupCount(2).WithIterationCount(6).WithIterationTime(TimeInterval.FromMilliseconds(80));
        return ManualConfig.CreateEmpty().AddJob(job).AddLogger(log)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddValidator(JitOptimizationsValidator.FailOnError).AddEventProcessor(new Progress(progress))
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "gate"));
    }

    static string NameOf(BenchmarkCase benchmark)
    {
        var (type, method) = (benchmark.Descriptor.Type, benchmark.Descriptor.WorkloadMethod.Name);
        var folder = type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..];
        var parameters = benchmark.HasParameters ? " " + benchmark.Parameters.DisplayInfo : "";
        return $"{folder}.{type.Name}.{method}{parameters}";
    }

    /// <summary>The least of all rounds so far.</summary>
    /// <param name="Type">Its class.</param>
    /// <param name="Baseline">Its baseline's name; null where it is one, or has none.</param>
    /// <param name="Nanoseconds">An operation's time.</param>
    sealed record Least(Type Type, string? Baseline, double Nanoseconds)
    {
        public Least OrLess(Least before) => this with { Nanoseconds = Math.Min(Nanoseconds, before.Nanoseconds) };
    }

    sealed class Progress(TextWriter writer) : EventProcessor
    {
        public override void OnStartRunBenchmark(BenchmarkCase benchmarkCase) =>
            writer.WriteLine($"  {NameOf(benchmarkCase)}");
    }
}
