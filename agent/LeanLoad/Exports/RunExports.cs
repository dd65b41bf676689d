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
    // Room for one of each file: to note that there is no memory takes none.
    readonly List<(string Option, string Text)> problems = new(8);
    int told;
    GrowingFile? historyFile;
    GrowingFile? hdrFile;
    CsvHistory? history;
    HdrLog? hdr;

    /// <param name="csv">What the names of the tables begin with, or a directory; null: none.</param>
    /// <param name="junit">The path of the JUnit XML; null: none.</param>
    /// <param name="hdr">The path of the HdrHistogram log; null: none.</param>
    /// <param name="startedAt">The run's time 0.</param>
    /// <param name="warn">Is told, by a code and a text, what can be written no more: at once, or where memory is
    /// refused for that, too, with the first second for which it is not.</param>
    /// <param name="open">Opens a file that grows; null: <see cref="FilePlace.Open"/>.</param>
    public RunExports(
        string? csv, string? junit, string? hdr, DateTimeOffset startedAt, Action<string, string> warn,
        Func<FilePlace, FileStream>? open = null)
    {
        this.warn = warn;
        this.csv = csv is not null && Directory.Exists(csv) ? Path.Combine(csv, "leanload") : csv;
        this.junit = junit;
        Paths = [.. new[] { junit, hdr, Table("history"), Table("stats"), Table("failures"), Table("scenarios") }
            .OfType<string>()];
        if (Table("history") is { } path)
        {
            Try("csv", () => history = new CsvHistory((historyFile = new GrowingFile(path, open)).Text));
        }

        if (hdr is not null)
        {
            Try("hdr", () => this.hdr = new HdrLog((hdrFile = new GrowingFile(hdr, open)).Text, startedAt));
        }

        TellLost();
    }

    /// <summary>The names of all that it may leave.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether seconds are asked for: they cost a merge of histograms each.</summary>
    public bool WantsSeconds => history is not null || hdr is not null;

    /// <summary>What could not be written so far, and which option had asked for it.</summary>
    public IReadOnlyList<(string Option, string Text)> Problems => problems;

    /// <summary>Writes a second. What memory is refused for is lost, and the run goes on.</summary>
    public void Add(RunSecond second)
    {
        // No delegates: with the heap full, not even one may be had.
        try
        {
            history?.Add(second);
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            GiveUp("csv", refused);
        }

        try
        {
            hdr?.Add(second);
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            GiveUp("hdr", refused);
        }

        TellLost();
    }

    /// <summary>Writes what belongs to the end.</summary>
    public void Finish(RunResult run)
    {
        if (history is not null) Try("csv", historyFile!.Finish);
        if (hdr is not null) Try("hdr", hdrFile!.Finish);
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
        if (path is not null && ExportFile.Write(option, path, write) is { } problem) problems.Add((option, problem));
    }

    void Try(string option, Action write)
    {
        try
        {
            write();
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            GiveUp(option, refused);
        }
    }

    void GiveUp(string option, Exception refused)
    {
        var problem = !RefusedMemory.IsCauseOfOurs(refused) ? $"--{option} could not be written: {refused.Message}"
            : option == "csv" ? "--csv could not be written: there was no memory for it"
            : "--hdr could not be written: there was no memory for it";
        problems.Add((option, problem));
        if (option == "csv") history = null;
        else hdr = null;
    }

    // While the run goes on: the report says it, too, but only at the end.
    void TellLost()
    {
        try
        {
            for (; told < problems.Count; told++) warn(problems[told].Option, problems[told].Text);
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            // A warning is no reason to end a run. The next second tells it.
        }
    }
}
