using System.CommandLine;
using LeanLoad.Profiler.Metrics;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;

namespace LeanLoad.Profiler.Cli;

/// <summary>
/// <c>leanload attach --port PATH | --pid N</c>: as a sidecar, to an agent that somebody else starts.
/// </summary>
static class AttachCommand
{
    public static Command Create()
    {
        var port = new Option<string?>("--port")
        {
            Description = "Listens at this socket for an agent with DOTNET_DiagnosticPorts=PATH,connect,nosuspend.",
            HelpName = "path",
        };
        var processId = NumberOption.Create("--pid", "Attaches to this running agent.", "pid");
        var output = new Option<string?>("--out")
        {
            Description = "Where report.json and report.html go. Default: a folder of its own below leanload-results.",
            HelpName = "folder",
        };
        var command = new Command("attach",
            "Attaches to an agent, as a sidecar in a pod does, and reports when it ends.") { port, processId, output };
        var metrics = new MetricsOption();
        metrics.AddTo(command);
        command.Validators.Add(result =>
        {
            // Not by their values: one that could not be read has its own error already.
            if (result.GetResult(port) is null == result.GetResult(processId) is null)
            {
                result.AddError("Give one of --port and --pid.");
            }
        });
        command.SetAction(
            (parsed, _) => AttachAsync(parsed.GetValue(port), parsed.GetValue(processId), parsed.GetValue(output),
                metrics.Of(parsed)));
        return command;
    }

    static async Task<int> AttachAsync(string? port, int? processId, string? output, MetricsOptions metrics)
    {
        using var interruption = new Interruption();
        using var folder = ResultFolder.Create(output, "attached", DateTimeOffset.Now);
        await using var run = port is not null
            ? await ProfiledRun.ListenAsync(port, folder.JournalPath, metrics, RunSession.Say, interruption.Token)
            : await ProfiledRun.AttachAsync(processId!.Value, folder.JournalPath, metrics, RunSession.Say,
                interruption.Token);
        await using var asked = interruption.Token.Register(run.Detach);
        await Live.LiveProgress.ShowAsync(Spectre.Console.AnsiConsole.Console, run.View, run.Completion);
        return RunSession.End(await run.FinishAsync(), folder);
    }
}
