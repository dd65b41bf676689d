using System.Diagnostics;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Benchmarks;

/// <summary>The clone that this program was built from.</summary>
static class Repository
{
    /// <exception cref="InvalidOperationException">The program was copied away from its sources.</exception>
    public static string Root { get; } = Find();

    /// <summary>Every measurement that was recorded, a line each, oldest first.</summary>
    public static string HistoryPath => Path.Combine(Root, "benchmarks", "history.jsonl");

    /// <summary>The agent as its users get it, published from the sources where they changed.</summary>
    public static Task<string> PublishAgentAsync() => PublishAsync("agent/LeanLoad.Agent");

    /// <summary>A load project or load file as a native program, published where its sources changed.</summary>
    /// <param name="path">Below the repository.</param>
    /// <exception cref="MeasurementException">There is no C compiler.</exception>
    public static async Task<string> PublishAsync(string path)
    {
        var binary = await AgentBinary.ResolveAsync(
            Path.Combine(Root, path), Console.Error.WriteLine, CancellationToken.None);
        return binary.Runtime == AgentRuntime.Native ? binary.Path
            : throw MeasurementException.Misused(
                "Without a C compiler there is no native agent to measure: apt-get install gcc libc6-dev");
    }

    /// <summary>
    /// Which sources these are, with <c>+</c> where they were changed since; null where git does not know.
    /// </summary>
    public static string? Commit() =>
        Git("rev-parse", "--short", "HEAD") is { } commit
            ? commit.Trim() + (Git("status", "--porcelain") is "" ? "" : "+") : null;

    static string? Git(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", Root, .. arguments]) { RedirectStandardOutput = true };
            using var git = Process.Start(start)!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // Not installed.
        }
    }

    static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null;
            directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "LeanLoad.sln"))) return directory.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no clone of LeanLoad.");
    }
}
