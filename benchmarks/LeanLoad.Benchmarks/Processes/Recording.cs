using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Where a measurement goes beside the terminal.</summary>
sealed class Recording
{
    readonly Option<string?> json = new("--json")
    {
        Description = "Also writes the measurement to this file.",
        HelpName = "file",
    };

    readonly Option<bool> record = new("--record")
    {
        Description = "Appends the measurement to benchmarks/history.jsonl, one line each, for compare.",
    };

    /// <summary>Adds its options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(json);
        command.Add(record);
    }

    /// <summary>Stores what was measured, as the options say.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="verb">The command with its options, to be typed again.</param>
    /// <param name="at">When it began.</param>
    /// <param name="machine">Where.</param>
    /// <param name="figures">What was measured.</param>
    public void Store(
        ParseResult parsed, string verb, DateTimeOffset at, Machine machine, IReadOnlyList<Figure> figures)
    {
        var measurement = new Measurement(verb, at, Repository.Commit(), machine, figures);
        if (parsed.GetValue(json) is { } path) File.WriteAllText(path, measurement.ToJson());
        if (parsed.GetValue(record)) File.AppendAllText(Repository.HistoryPath, measurement.ToLine() + "\n");
    }
}
