using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;

namespace LeanLoad.Exports;

/// <summary>
/// The files that a run leaves for other programs. Tables of the end are written at the end, whole or not at all; what
/// grows by the second is written each second.
/// </summary>
sealed class RunExports : IDisposable
{
    readonly string? csv;
    readonly string? junit;
    readonly Action<string, string> warn;
    // Room for one of each file: to say that there is no memory takes none.
    readonly List<string> problems = new(8);
    GrowingFile? historyFile;
    GrowingFile? hdrFile;
    CsvHistory? history;
    HdrLog? hdr;

    /// <param name="csv">What the names of the tables begin with, or a directory; null: none.</param>
    /// <param name="junit">The path of the JUnit XML; null: none.</param>
    /// <param name="hdr">The path of the HdrHistogram log; null: none.</param>
    /// <param name="startedAt">The run's time 0.</param>
    /// <param name="warn">Is told at once, by a code and a text, what can be written no more.</param>
    public RunExports(
        string? csv, string? junit, string? hdr, DateTimeOffset startedAt, Action<string, string> warn)
    {
        this.warn = warn;
        this.csv = csv is not null && Directory.Exists(csv) ? Path.Combine(csv, "leanload") : csv;
        this.junit = junit;
        Paths = [.. new[] { junit, hdr, Table("history"), Table("stats"), Table("failures"), Table("scenarios") }
            .OfType<string>()];
        if (Table("history") is { } path)
        {
            Try("csv", () => history = new CsvHistory((historyFile = new GrowingFile(path)).Text));
        }

        if (hdr is not null) Try("hdr", () => this.hdr = new HdrLog((hdrFile = new GrowingFile(hdr)).Text, startedAt));
    }

    /// <summary>The names of all that it may leave.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether seconds are asked for: they cost a merge of histograms each.</summary>
    public bool WantsSeconds => history is not null || hdr is not null;

    /// <summary>What could not be written so far.</summary>
    public IReadOnlyList<string> Problems => problems;

    public void Add(RunSecond second)
    {
        if (history is not null) Try("csv", () => history.Add(second));
        if (hdr is not null) Try("hdr", () => hdr.Add(second));
    }

    /// <summary>Writes what belongs to the end.</summary>
    public void Finish(RunResult run)
    {
        if (history is not null) Try("csv", historyFile!.Finish, isAtEnd: true);
        if (hdr is not null) Try("hdr", hdrFile!.Finish, isAtEnd: true);
        Write("csv", Table("stats"), output => CsvExport.Stats(output, run));
        Write("csv", Table("failures"), output => CsvExport.Failures(output, run));
        if (run.Scenarios.Count > 0) Write("csv", Table("scenarios"), output => CsvExport.Scenarios(output, run));
        Write("junit", junit, output => JUnitExport.Write(output, run));
    }

    public void Dispose()
    {
        historyFile?.Dispose();
        hdrFile?.Dispose();
    }

    string? Table(string name) => csv is null ? null : $"{csv}_{name}.csv";

    void Write(string option, string? path, Action<TextWriter> write)
    {
        if (path is not null) Note(ExportFile.Write(option, path, write));
    }

    void Try(string option, Action write, bool isAtEnd = false)
    {
        try
        {
            write();
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOf(refused))
        {
            GiveUp(option, option == "csv" ? "--csv could not be written: there was no memory for it"
                : "--hdr could not be written: there was no memory for it");
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            var problem = $"--{option} could not be written: {refused.Message}";
            GiveUp(option, problem);
            // The report says it too, but only at the end.
            if (!isAtEnd) warn(option, problem);
        }
    }

    void GiveUp(string option, string problem)
    {
        if (option == "csv") history = null;
        else hdr = null;
        Note(problem);
    }

    void Note(string? problem)
    {
        if (problem is not null) problems.Add(problem);
    }
}
