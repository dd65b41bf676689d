using System.Reflection;
using LeanLoad.Benchmarks.Counting;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>All that the gate measures, each measure once.</summary>
/// <param name="budgets">What the costs are going to be held to: what seems slower is timed again.</param>
/// <param name="repository">The directory of LeanLoad.sln.</param>
/// <param name="progress">A line for each step.</param>
sealed class Measurement(BudgetFile budgets, string repository, TextWriter progress)
{
    const int Rounds = 2;

    /// <summary>How often what seems slower is timed again before it counts.</summary>
    const int FurtherRounds = 2;

    IReadOnlyDictionary<string, decimal> bytes = new Dictionary<string, decimal>();
    IReadOnlyDictionary<string, decimal>? nativeBytes;
    IReadOnlyDictionary<string, double>? instructions;
    IReadOnlyDictionary<string, double>? ratios;

    /// <summary>What each benchmark costs, as far as it was measured; baselines are not ours to gate.</summary>
    public IReadOnlyDictionary<string, Cost> Costs => bytes.ToDictionary(static entry => entry.Key, entry => new Cost(
        entry.Value, ValueIn(nativeBytes, entry.Key), ValueIn(instructions, entry.Key), ValueIn(ratios, entry.Key)));

    /// <summary>Exact bytes on this runtime: seconds.</summary>
    public void CountBytes()
    {
        progress.WriteLine("bytes");
        var own = OperationList.Of(Assembly.GetExecutingAssembly()).Where(static operation => !operation.IsBaseline);
        bytes = own.ToDictionary(static operation => operation.Name, Repetition.AllocatedPerOperation);
    }

    /// <summary>Bytes and instructions compiled ahead of time.</summary>
    /// <param name="isPublished">Whether the program is there already, of these sources.</param>
    /// <exception cref="MeasurementException">It could not be built or run.</exception>
    public void CountNative(bool isPublished)
    {
        var program = new NativeProgram(repository, progress);
        if (!isPublished) program.Publish();
        nativeBytes = program.Bytes();
        instructions = program.Instructions();
    }

    /// <summary>Times as ratios to the baselines': a minute or two.</summary>
    /// <exception cref="MeasurementException">A benchmark failed.</exception>
    public void Time()
    {
        var job = new ShortJob(progress);
        for (var round = 1; round <= Rounds; round++)
        {
            progress.WriteLine($"times: round {round} of {Rounds}");
            if (job.Run() is { } problem) throw new MeasurementException(problem);
        }

        for (var round = 1; round <= FurtherRounds; round++)
        {
            ratios = job.Ratios;
            var slower = Judgement.All(budgets.Benchmarks, Costs, budgets.Tolerances)
                .Where(static judgement => judgement.MayBeNoise).Select(static judgement => judgement.Benchmark)
                .ToHashSet();
            if (slower.Count == 0) break;
            progress.WriteLine($"times: again, for what seems slower ({round} of {FurtherRounds})");
            if (job.Run(slower) is { } problem) throw new MeasurementException(problem);
        }

        ratios = job.Ratios;
    }

    static T? ValueIn<T>(IReadOnlyDictionary<string, T>? values, string name) where T : struct =>
        values is not null && values.TryGetValue(name, out var value) ? value : null;
}
