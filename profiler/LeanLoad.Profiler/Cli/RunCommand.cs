using System.CommandLine;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>leanload run LOADFILE.cs|PROJECT|BINARY [--cage 64MiB] [--out DIR] -- agent options</c>.</summary>
static class RunCommand
{
    public static Command Create(string[] agentArguments)
    {
        var path = new Argument<string>("agent")
        {
            Description = "A load file (.cs), a project (.csproj or its directory), or a published agent.",
        };
        var cage = SizeOption.Create("--cage",
            "Runs the agent in a memory cgroup of its own with this hard limit, such as 64MiB. Needs the right to "
            + "make one.");
        var output = new Option<string?>("--out")
        {
            Description = "Where report.json and report.html go. Default: a folder of its own below leanload-results.",
            HelpName = "folder",
        };
        var buffer = new Option<int>("--buffer")
        {
            Description = "The session's buffer in MiB, 1 to 4: it is the agent's memory.",
            HelpName = "MiB",
            DefaultValueFactory = _ => 2,
        };
        buffer.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 4)
            {
                result.AddError($"--buffer \"{result.Tokens[0].Value}\" is not from 1 to 4.");
            }
        });
        var command = new Command("run",
            "Builds and starts an agent under the profiler, judges its memory, and reports. The agent's options "
            + "stand behind --.")
        {
            path, cage, output, buffer,
        };
        var metrics = new MetricsOption();
        metrics.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(
            new RunOptions
            {
                Path = parsed.GetRequiredValue(path),
                Arguments = agentArguments,
                Cage = parsed.GetValue(cage),
                BufferMiB = parsed.GetValue(buffer),
                Metrics = metrics.Of(parsed),
            },
            parsed.GetValue(output)));
        return command;
    }

    static async Task<int> RunAsync(RunOptions options, string? output)
    {
        using var interruption = new Interruption();
        var folder = ResultFolder.Create(output, Path.GetFileNameWithoutExtension(options.Path.TrimEnd('/')),
            DateTimeOffset.Now);
        var result = await RunSession.RunAsync(options with { JournalPath = folder.JournalPath }, static _ => { },
            interruption.Token);
        TerminalReport.Write(Console.Out, RunSession.Width, RunSession.HasColours, result);
        folder.Write(result);
        Console.WriteLine();
        Console.WriteLine($"Report: {folder.HtmlPath} and report.json");
        if (result.MetricsProblem is { } lost) await Console.Error.WriteLineAsync(lost);
        return result.ExitCode;
    }
}
