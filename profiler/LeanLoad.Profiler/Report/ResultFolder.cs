using LeanLoad.Diagnostics;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// Where a run's files go: a folder of its own below <c>leanload-results</c>, or the one that was named.
/// </summary>
sealed class ResultFolder : IDisposable
{
    /// <summary>The records of a run, as its agent told them: what <c>report</c> and <c>diff</c> read.</summary>
    public const string JournalName = "run.journal";

    readonly bool isNew;

    ResultFolder(string path, bool isNew) => (Path, this.isNew) = (path, isNew);

    public string Path { get; }

    const string JsonName = "report.json", HtmlName = "report.html";

    public string JsonPath => System.IO.Path.Combine(Path, JsonName);

    public string JournalPath => System.IO.Path.Combine(Path, JournalName);

    public string HtmlPath => System.IO.Path.Combine(Path, HtmlName);

    /// <summary>Whether a file has the name of one of the reports of such a folder.</summary>
    public static bool IsReport(string path) => System.IO.Path.GetFileName(path) is JsonName or HtmlName;

    /// <summary>
    /// Makes the folder before the run, so that what can't be written is said before minutes are spent.
    /// </summary>
    /// <exception cref="IOException">It can't be made or written to.</exception>
    public static ResultFolder Create(string? named, string run, DateTimeOffset now)
    {
        var path = named ?? System.IO.Path.Combine(
            "leanload-results",
            $"{now.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture)}-{run}");
        try
        {
            var isNew = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            var probe = System.IO.Path.Combine(path, ".writable");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new ResultFolder(path, isNew);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"--out \"{path}\" can't be written to: {refused.Message}", refused);
        }
        catch (IOException refused)
        {
            throw new IOException($"--out \"{path}\" can't be written to: {refused.Message}", refused);
        }
    }

    /// <summary>A folder within, for one of several runs.</summary>
    public ResultFolder Part(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path);
        return new ResultFolder(path, isNew: false);
    }

    /// <summary>A run that did not begin leaves no folder behind that was made for it.</summary>
    public void Dispose()
    {
        if (isNew && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any())
        {
            Directory.Delete(Path);
        }
    }

    /// <summary>Writes both reports. Each is whole or not there.</summary>
    /// <returns>What is missing, a sentence each; empty where nothing is.</returns>
    public IReadOnlyList<string> Write(ProfileResult result)
    {
        string?[] problems =
        [
            Problem(JsonPath, stream => ProfileJson.Write(stream, result)),
            Problem(HtmlPath, stream => HtmlReport.Write(stream, result)),
        ];
        return [.. problems.OfType<string>()];
    }

    static string? Problem(string path, Action<Stream> write)
    {
        try
        {
            WholeFile.Write(path, write);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"There is no {path} of this run: {refused.Message}";
        }
    }
}
