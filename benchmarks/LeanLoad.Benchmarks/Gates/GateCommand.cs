using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// <c>gate</c>: measures everything shortly, and fails where an operation costs more than its budget.
/// </summary>
static class GateCommand
{
    const int Passed = 0;
    const int Failed = 1;
    const int Misused = 2;

    const string Usage = """
        usage: gate [--accept | --prove | --times N] [--only bytes|native|times] [--published] [--budgets FILE]
          gate                 bytes here and compiled ahead of time, and retired instructions;
                               times, where instructions can't be counted
          gate --only bytes    bytes on this runtime alone: seconds
          gate --only native   as gate, but fails where gcc or valgrind is missing
          gate --only times    ratios to the baselines, by BenchmarkDotNet's short job
          gate --prove         puts an allocation into each hot path of a copy, and expects the gate to see every one
          gate --published     as gate, with the native program as it was published last
          gate --times 20      runs the gate twenty times, and fails where one of them does
          gate --accept        measures all of it, and rewrites the budgets that moved; with --only, of what it names
        """;

    /// <returns>The exit code: 0 passed, 1 failed, 2 used wrongly.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var (accepts, proves, only, path, repository) = (false, false, "", (string?)null, FindRepository());
        var (times, isPublished) = (1, false);
        for (var index = 0; index < arguments.Length; index++)
        {
            if (arguments[index] == "--accept") accepts = true;
            else if (arguments[index] == "--prove") proves = true;
            else if (arguments[index] == "--published") isPublished = true;
            else if (arguments[index] == "--budgets" && index + 1 < arguments.Length) path = arguments[++index];
            else if (arguments[index] == "--only" && index + 1 < arguments.Length
                && arguments[index + 1] is "bytes" or "native" or "times") only = arguments[++index];
            else if (arguments[index] == "--times" && index + 1 < arguments.Length
                && int.TryParse(arguments[index + 1], CultureInfo.InvariantCulture, out times) && times > 0) index++;
            else return Misuse($"\"{arguments[index]}\" is no option of gate, or lacks its value.");
        }

        if (repository is null)
        {
            return Misuse($"There is no LeanLoad.sln above {AppContext.BaseDirectory}: run it from a clone.");
        }

        if (proves) return Proof.Run(repository);
        if (times > 1)
        {
            string[] each =
            [
                .. only.Length > 0 ? (string[])["--only", only] : [],
                .. path is null ? (string[])[] : ["--budgets", path],
            ];
            return accepts ? Misuse("--accept and --times exclude each other: what is accepted is measured once.")
                : RepeatedRuns.Run(times, each);
        }

        path ??= Path.Combine(repository, "benchmarks", "budgets.json");
        var file = BudgetFile.Empty;
        if (File.Exists(path))
        {
            if (!BudgetFile.TryParse(File.ReadAllText(path), out var read, out var problem))
            {
                return Misuse($"{path} {problem}.");
            }

            file = read;
        }
        else if (!accepts) return Misuse($"{path} does not exist: gate --accept writes it.");

        try
        {
            return Report(file, Measure(file, repository, accepts, only, isPublished), path, accepts);
        }
        catch (CommandException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return Failed;
        }
    }

    static IReadOnlyDictionary<string, Cost> Measure(
        BudgetFile file, string repository, bool accepts, string only, bool isPublished)
    {
        var measurement = new Measurement(file, repository, Console.Error);
        measurement.CountBytes();
        if (only == "bytes") return measurement.Costs;
        var missing = only == "times" ? "--only times" : NativeProgram.Missing();
        if (missing is null) measurement.CountNative(isPublished);
        else if (only == "native") throw new CommandException($"Instructions can't be counted here: {missing}.");
        else if (only.Length == 0) Console.WriteLine($"No instructions: {missing}. Times are compared instead.");
        if (missing is not null || (accepts && only.Length == 0)) measurement.Time();
        return measurement.Costs;
    }

    static int Report(BudgetFile file, IReadOnlyDictionary<string, Cost> measured, string path, bool accepts)
    {
        var judgements = Judgement.All(file.Benchmarks, measured, file.Tolerances);
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
            : $"FAILED: {failed} of {judgements.Count} benchmarks. Make them cost what they did, or say in the commit "
                + "why they must not: gate --accept");
        return failed == 0 ? Passed : Failed;
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

    static string? FindRepository()
    {
        var directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "LeanLoad.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory;
    }

    static int Misuse(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine(Usage);
        return Misused;
    }
}
