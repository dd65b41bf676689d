using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary><c>gate [--accept] [--budgets FILE]</c>: measures everything shortly, and fails where an operation costs more than its budget.</summary>
static class GateCommand
{
    const int Passed = 0;
    const int Failed = 1;
    const int Misused = 2;

    const int Rounds = 2;

    /// <summary>How often what seems worse is measured again before it counts.</summary>
    const int FurtherRounds = 2;

    const string Usage = "usage: gate [--accept] [--budgets FILE]";

    /// <returns>The exit code: 0 passed, 1 failed, 2 used wrongly.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var (accepts, path) = (false, FindBudgets());
        for (var index = 0; index < arguments.Length; index++)
        {
            if (arguments[index] == "--accept") accepts = true;
            else if (arguments[index] == "--budgets" && index + 1 < arguments.Length) path = arguments[++index];
            else return Misuse($"\"{arguments[index]}\" is no option of gate, or lacks its value.");
        }

        if (path is null) return Misuse($"There is no benchmarks/budgets.json above {AppContext.BaseDirectory}: name one with --budgets FILE.");
        var file = BudgetFile.Empty;
        if (File.Exists(path))
        {
            if (!BudgetFile.TryParse(File.ReadAllText(path), out var read, out var problem)) return Misuse($"{path} {problem}.");
            file = read;
        }
        else if (!accepts) return Misuse($"{path} does not exist: gate --accept writes it.");

        return Measure(file) is { } measured ? Report(file, measured, path, accepts) : Failed;
    }

    static IReadOnlyDictionary<string, Cost>? Measure(BudgetFile file)
    {
        var job = new ShortJob(Console.Error);
        for (var round = 1; round <= Rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {Rounds}");
            if (job.Run() is { } problem) return Fail(problem);
        }

        for (var round = 1; round <= FurtherRounds; round++)
        {
            var worse = Judgement.All(file.Benchmarks, job.Costs, file.RatioTolerance)
                .Where(static judgement => judgement.MayBeNoise).Select(static judgement => judgement.Benchmark).ToHashSet();
            if (worse.Count == 0) break;
            Console.Error.WriteLine($"again, for what seems worse ({round} of {FurtherRounds})");
            if (job.Run(worse) is { } problem) return Fail(problem);
        }

        return job.Costs;
    }

    static int Report(BudgetFile file, IReadOnlyDictionary<string, Cost> measured, string path, bool accepts)
    {
        var judgements = Judgement.All(file.Benchmarks, measured, file.RatioTolerance);
        Print(judgements, accepts ? "" : "FAILED: ");
        var failed = judgements.Count(static judgement => judgement.Fails);
        if (accepts)
        {
            File.WriteAllText(path, file.Accept(measured).ToJson());
            Console.WriteLine($"accepted: {path} now has {measured.Count} budgets");
            return Passed;
        }

        Console.WriteLine(failed == 0
            ? $"passed: {judgements.Count} benchmarks allocate what their budgets say, to the byte"
            : $"FAILED: {failed} of {judgements.Count} benchmarks. Make them cost what they did, or say in the commit why they must not: gate --accept");
        return failed == 0 ? Passed : Failed;
    }

    static void Print(IReadOnlyList<Judgement> judgements, string failure)
    {
        var width = judgements.Max(static judgement => judgement.Benchmark.Length);
        Console.WriteLine($"{"benchmark".PadRight(width)}  {"B/op",7} {"budget",7}  {"ratio",7} {"budget",7}");
        foreach (var judgement in judgements)
        {
            var (is_, was) = (judgement.Measured, judgement.Budget);
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{judgement.Benchmark.PadRight(width)}  {is_?.Bytes,7} {was?.Bytes,7}  {is_?.Ratio,7:0.000} {was?.Ratio,7:0.000}  ");
            Console.WriteLine((line + (judgement.Fails ? failure : "") + judgement.Moved).TrimEnd());
        }
    }

    static string? FindBudgets()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "LeanLoad.sln"))) return Path.Combine(directory.FullName, "benchmarks", "budgets.json");
        }

        return null;
    }

    static int Misuse(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine(Usage);
        return Misused;
    }

    static IReadOnlyDictionary<string, Cost>? Fail(string problem)
    {
        Console.Error.WriteLine(problem);
        return null;
    }
}
