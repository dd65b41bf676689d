using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>Measures, and holds what was measured to its budgets.</summary>
/// <param name="path">The budgets.</param>
/// <param name="scope">What is measured.</param>
/// <param name="accepts">Whether what moved becomes the budget, instead of a failure.</param>
/// <param name="isPublished">Whether the native program is there already, of these sources.</param>
sealed class Gate(string path, GateScope scope, bool accepts, bool isPublished)
{
    /// <returns>The exit code: 0 within every budget, 1 not.</returns>
    /// <exception cref="MeasurementException">The budgets can't be read, or something not be measured.</exception>
    public int Run()
    {
        var file = Read();
        return Report(file, Measure(file));
    }

    BudgetFile Read()
    {
        if (!File.Exists(path))
        {
            return accepts ? BudgetFile.Empty
                : throw MeasurementException.Misused($"{path} does not exist: gate --accept writes it.");
        }

        return BudgetFile.TryParse(File.ReadAllText(path), out var file, out var problem) ? file
            : throw MeasurementException.Misused($"{path} {problem}.");
    }

    IReadOnlyDictionary<string, Cost> Measure(BudgetFile file)
    {
        var measurement = new Measurement(file, Repository.Root, Console.Error);
        measurement.CountBytes();
        if (scope == GateScope.Bytes) return measurement.Costs;
        var missing = scope == GateScope.Times ? "--only times" : NativeProgram.Missing();
        if (missing is null) measurement.CountNative(isPublished);
        else if (scope == GateScope.Native)
        {
            throw new MeasurementException($"Instructions can't be counted here: {missing}.");
        }
        else if (scope == GateScope.All) Console.WriteLine($"No instructions: {missing}. Times are compared instead.");
        if (missing is not null || (accepts && scope == GateScope.All)) measurement.Time();
        return measurement.Costs;
    }

    int Report(BudgetFile file, IReadOnlyDictionary<string, Cost> measured)
    {
        var judgements = Judgement.All(file.Benchmarks, measured, file.Tolerances);
        Print(judgements, accepts ? "" : "FAILED: ");
        if (accepts)
        {
            File.WriteAllText(path, file.Accept(measured).ToJson());
            Console.WriteLine($"accepted: {path} now has {measured.Count} budgets");
            return 0;
        }

        var failed = judgements.Count(static judgement => judgement.Fails);
        Console.WriteLine(failed == 0
            ? $"passed: {judgements.Count} benchmarks allocate what their budgets say, to the byte"
            : $"FAILED: {failed} of {judgements.Count} benchmarks. Make them cost what they did, or say in the commit "
                + "why they must not: gate --accept");
        return failed == 0 ? 0 : 1;
    }

    static void Print(IReadOnlyList<Judgement> judgements, string failure)
    {
        var width = judgements.Max(static judgement => judgement.Benchmark.Length);
        Console.WriteLine(
            "benchmark".PadRight(width) + "       B/op    native   instr/op    budget   ratio budget");
        foreach (var judgement in judgements)
        {
            var (is_, was) = (judgement.Measured, judgement.Budget);
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{judgement.Benchmark.PadRight(width)}  {is_?.Bytes,9:0.####} {is_?.NativeBytes,9:0.####}  "
                    + $"{is_?.Instructions,9:0} {was?.Instructions,9:0}  {is_?.Ratio,6:0.000} {was?.Ratio,6:0.000}  ");
            Console.WriteLine((line + (judgement.Fails ? failure : "") + judgement.Moved).TrimEnd());
        }
    }
}
