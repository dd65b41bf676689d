using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Validators;
using LeanLoad.Benchmarking.Gates;

namespace LeanLoad.Benchmarking;

/// <summary>
/// Brings the ledger into BenchmarkDotNet's table: a column for each kind of scope, with the bytes that one operation
/// was charged there, exactly. It counts by running each benchmark anew, a fixed number of times, after it was timed.
/// </summary>
public sealed class ScopeDiagnoser : IDiagnoser
{
    readonly List<string> problems = [];

    /// <inheritdoc/>
    public IEnumerable<string> Ids => [nameof(ScopeDiagnoser)];

    /// <inheritdoc/>
    public IEnumerable<IExporter> Exporters => [];

    /// <inheritdoc/>
    public IEnumerable<IAnalyser> Analysers => [];

    /// <inheritdoc/>
    public RunMode GetRunMode(BenchmarkCase benchmarkCase) =>
        typeof(UserBenchmarks).IsAssignableFrom(benchmarkCase.Descriptor.Type) ? RunMode.NoOverhead : RunMode.None;

    /// <inheritdoc/>
    public void Handle(HostSignal signal, DiagnoserActionParameters parameters)
    {
    }

    /// <inheritdoc/>
    public IEnumerable<Metric> ProcessResults(DiagnoserResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var descriptor = results.BenchmarkCase.Descriptor;
        if (!UserCost.TryCount(descriptor.Type, descriptor.WorkloadMethod, out var cost, out var problem))
        {
            problems.Add(problem);
            return [];
        }

        return [
            .. UserCost.Columns.Select((column, place) =>
            new Metric(new ScopeColumn(column.Title, column.Legend, place), cost.Of(column.Kind)))];
    }

    /// <inheritdoc/>
    public void DisplayResults(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        foreach (var problem in problems) logger.WriteLineError(problem);
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationError> Validate(ValidationParameters validationParameters) => [];

    sealed class ScopeColumn(string title, string legend, int place) : IMetricDescriptor
    {
        public string Id => $"scope {title}";

        public string DisplayName => title;

        public string Legend => legend;

        public string NumberFormat => "0.##";

        public UnitType UnitType => UnitType.Size;

        public string Unit => "B";

        public bool TheGreaterTheBetter => false;

        public int PriorityInCategory => place;

        public bool GetIsAvailable(Metric metric) => true;
    }
}
