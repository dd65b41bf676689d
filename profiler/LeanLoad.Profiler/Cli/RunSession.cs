using LeanLoad.Profiler.Live;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using Spectre.Console;

namespace LeanLoad.Profiler.Cli;

/// <summary>One run as every command shows it: start, progress, end.</summary>
static class RunSession
{
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

    public static bool HasColours => AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;

    /// <summary>A line about what is being done.</summary>
    public static void Say(string line) => Console.WriteLine(line);
}
