using System.CommandLine;
using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// <c>gate</c>: measures everything shortly, and fails where an operation costs more than its budget.
/// </summary>
static class GateCommand
{
    public static Command Create()
    {
        var only = new Option<GateScope>("--only")
        {
            Description = "bytes: on this runtime alone, seconds. native: as without, but fails where gcc or valgrind "
                + "is missing. times: ratios to the baselines, by BenchmarkDotNet's short job.",
            HelpName = "bytes|native|times",
            CustomParser = static result => result.Tokens[0].Value switch
            {
                "bytes" => GateScope.Bytes,
                "native" => GateScope.Native,
                "times" => GateScope.Times,
                var other => Refused(result, $"--only \"{other}\" is none of bytes, native, times."),
            },
        };
        var accepts = new Option<bool>("--accept")
        {
            Description = "Measures all of it, and rewrites the budgets that moved; with --only, of what it names.",
        };
        var proves = new Option<bool>("--prove")
        {
            Description = "Puts an allocation into each hot path of a copy, and expects the gate to see every one.",
        };
        var times = new Option<int>("--times")
        {
            Description = "Runs the gate so many times, and fails where one of them does.",
            HelpName = "number",
            DefaultValueFactory = static _ => 1,
        };
        times.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--times is a number from 1 up.");
        });
        var published = new Option<bool>("--published")
        {
            Description = "With the native program as it was published last.",
        };
        var budgets = new Option<string>("--budgets")
        {
            Description = "Another file than benchmarks/budgets.json.",
            HelpName = "file",
            DefaultValueFactory = static _ => Path.Combine(Repository.Root, "benchmarks", "budgets.json"),
        };
        var command = new Command("gate",
            "Fails where a benchmark costs more than its budget: bytes here and compiled ahead of time, and retired "
            + "instructions; times, where instructions can't be counted.")
        {
            only, accepts, proves, times, published, budgets,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(accepts) && result.GetValue(times) > 1)
            {
                result.AddError("--accept and --times exclude each other: what is accepted is measured once.");
            }
        });
        command.SetAction(parsed =>
        {
            var (scope, path) = (parsed.GetValue(only), parsed.GetValue(budgets)!);
            if (parsed.GetValue(proves)) return Proof.Run(Repository.Root);
            return parsed.GetValue(times) is > 1 and var count
                ? RepeatedRuns.Run(count, ["--budgets", path, .. OptionOf(scope)])
                : new Gate(path, scope, parsed.GetValue(accepts), parsed.GetValue(published)).Run();
        });
        return command;
    }

    static IEnumerable<string> OptionOf(GateScope scope) => scope == GateScope.All ? []
        : ["--only", scope.ToString().ToLower(CultureInfo.InvariantCulture)];

    static GateScope Refused(System.CommandLine.Parsing.ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return GateScope.All;
    }
}
