using System.CommandLine;
using System.CommandLine.Parsing;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>What <c>gate</c> may be asked for, and which of it goes together.</summary>
sealed class GateOptions
{
    public Option<GateScope> Only { get; } = new("--only")
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

    public Option<bool> Accepts { get; } = new("--accept")
    {
        Description = "Measures all of it, and rewrites the budgets that moved; with --only, of what it names.",
    };

    public Option<bool> Proves { get; } = new("--prove")
    {
        Description = "Puts an allocation into each hot path of a copy, and expects the gate to see every one.",
    };

    public Option<int> Times { get; } = new("--times")
    {
        Description = "Runs the gate so many times, and fails where one of them does.",
        HelpName = "number",
        DefaultValueFactory = static _ => 1,
    };

    public Option<bool> Published { get; } = new("--published")
    {
        Description = "With the native program as it was published last.",
    };

    public Option<string> Budgets { get; } = new("--budgets")
    {
        Description = "Another file than benchmarks/budgets.json.",
        HelpName = "file",
        DefaultValueFactory = static _ => Path.Combine(Repository.Root, "benchmarks", "budgets.json"),
    };

    /// <summary>Gives a command these options; what would be ignored is refused.</summary>
    public void AddTo(Command command)
    {
        Times.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--times is a number from 1 up.");
        });
        Option[] all = [Only, Accepts, Proves, Times, Published, Budgets];
        foreach (var option in all) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Accepts) && result.GetValue(Times) > 1)
            {
                result.AddError("--accept and --times exclude each other: what is accepted is measured once.");
            }

            var ignored = all.Where(option => option != Proves && result.GetResult(option) is { Implicit: false })
                .Select(static option => option.Name).ToList();
            if (result.GetValue(Proves) && ignored.Count > 0)
            {
                result.AddError($"--prove excludes {string.Join(", ", ignored)}: it puts an allocation into all hot "
                    + "paths, and holds them to benchmarks/budgets.json.");
            }
        });
    }

    static GateScope Refused(ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return GateScope.All;
    }
}
