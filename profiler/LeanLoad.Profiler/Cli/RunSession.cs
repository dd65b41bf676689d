using LeanLoad.Profiler.Live;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using LeanLoad.Report;
using Spectre.Console;

namespace LeanLoad.Profiler.Cli;

/// <summary>One run as every command shows it: start, progress, end.</summary>
static class RunSession
{
    /// <summary>The exit code where results are not stored completely.</summary>
    public const int NotStored = 87;

    /// <summary>Runs an agent under the profiler with live progress.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="onOutput">Hears the agent's own lines.</param>
    /// <param name="interruption">Asks the agent to end; its results are still gathered.</param>
    public static async Task<ProfileResult> RunAsync(
        RunOptions options, Action<string> onOutput, CancellationToken interruption)
    {
        await using var run = await ProfiledRun.StartAsync(options, Say, onOutput, interruption);
        await using var asked = interruption.Register(run.AskToEnd);
        await LiveProgress.ShowAsync(AnsiConsole.Console, run.View, run.Completion);
        return await run.FinishAsync();
    }

    /// <summary>Shows a run that has ended, and writes its reports.</summary>
    /// <returns>What to exit with: as the run did; 87 where it passed and a report is missing.</returns>
    public static int End(ProfileResult result, ResultFolder folder) =>
        TryReport(result, folder) || result.ExitCode != 0 ? result.ExitCode : NotStored;

    /// <summary>Shows a run, and writes its reports.</summary>
    /// <returns>False where one is missing, which is said.</returns>
    public static bool TryReport(ProfileResult result, ResultFolder folder)
    {
        TerminalReport.Write(Console.Out, Prose.Columns, HasColours, result);
        var missing = folder.Write(result);
        Console.WriteLine();
        if (missing.Count == 0) Console.WriteLine($"Report: {folder.HtmlPath} and report.json");
        foreach (var loss in result.Losses.Concat(missing)) Console.Error.WriteLine(loss);
        return missing.Count == 0;
    }

    public static bool HasColours => AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;

    /// <summary>A line about what is being done.</summary>
    public static void Say(string line) => Console.WriteLine(line);
}
