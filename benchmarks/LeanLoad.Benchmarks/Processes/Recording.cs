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

    public Recording() => json.Validators.Add(result =>
    {
        // Known before the minutes that the measurement takes.
        if (result.GetValueOrDefault<string?>() is { } path && !CanBeFile(path))
        {
            result.AddError($"--json \"{path}\" can't be written: name a file in a folder that there is.");
        }
    });

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
    /// <exception cref="MeasurementException">It could not be stored; the other place has been tried.</exception>
    public void Store(
        ParseResult parsed, string verb, DateTimeOffset at, Machine machine, IReadOnlyList<Figure> figures)
    {
        var measurement = new Measurement(verb, at, Repository.Commit(), machine, figures);
        var problems = new List<string>();
        if (parsed.GetValue(json) is { } path)
        {
            Try(path, () => File.WriteAllText(path, measurement.ToJson()), problems);
        }

        if (parsed.GetValue(record))
        {
            Try(Repository.HistoryPath,
                () => File.AppendAllText(Repository.HistoryPath, measurement.ToLine() + "\n"), problems);
        }

        if (problems.Count > 0) throw new MeasurementException(string.Join('\n', problems));
    }

    static bool CanBeFile(string path) =>
        path.Length > 0 && !Directory.Exists(path) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)));

    static void Try(string path, Action store, List<string> problems)
    {
        try
        {
            store();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The figures are above, but not in {path}: {error.Message}");
        }
    }
}
