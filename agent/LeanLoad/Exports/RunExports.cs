using System.Text;
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
    readonly List<string> problems = [];
    StreamWriter? historyFile;
    StreamWriter? hdrFile;
    CsvHistory? history;
    HdrLog? hdr;

    /// <param name="csv">What the names of the tables begin with, or a directory; null: none.</param>
    /// <param name="junit">The path of the JUnit XML; null: none.</param>
    /// <param name="hdr">The path of the HdrHistogram log; null: none.</param>
    /// <param name="startedAt">The run's time 0.</param>
    public RunExports(string? csv, string? junit, string? hdr, DateTimeOffset startedAt)
    {
        this.csv = csv is not null && Directory.Exists(csv) ? Path.Combine(csv, "leanload") : csv;
        this.junit = junit;
        Try("csv", this.csv is null ? null : $"{this.csv}_history.csv",
            path => history = new CsvHistory(historyFile = Create(path)));
        Try("hdr", hdr, path => this.hdr = new HdrLog(hdrFile = Create(path), startedAt));
    }

    /// <summary>Whether seconds are asked for: they cost a merge of histograms each.</summary>
    public bool WantsSeconds => history is not null || hdr is not null;

    /// <summary>What could not be written so far.</summary>
    public IReadOnlyList<string> Problems => problems;

    public void Add(RunSecond second)
    {
        Try("csv", history is null ? null : $"{csv}_history.csv", _ => history!.Add(second));
        Try("hdr", hdr is null ? null : "log", _ => hdr!.Add(second));
    }

    /// <summary>Writes what belongs to the end.</summary>
    public void Finish(RunResult run)
    {
        if (csv is not null)
        {
            Note(ExportFile.Write("csv", $"{csv}_stats.csv", output => CsvExport.Stats(output, run)));
            Note(ExportFile.Write("csv", $"{csv}_failures.csv", output => CsvExport.Failures(output, run)));
        }

        if (junit is not null) Note(ExportFile.Write("junit", junit, output => JUnitExport.Write(output, run)));
    }

    public void Dispose()
    {
        historyFile?.Dispose();
        hdrFile?.Dispose();
    }

    static StreamWriter Create(string path) => new(path, append: false, new UTF8Encoding(false));

    void Try(string option, string? path, Action<string> write)
    {
        if (path is null) return;
        try
        {
            write(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Note($"--{option} could not be written: {refused.Message}");
            if (option == "csv") history = null;
            else hdr = null;
        }
    }

    void Note(string? problem)
    {
        if (problem is not null) problems.Add(problem);
    }
}
