using System.CommandLine;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>leanload run LOADFILE.cs|PROJECT|BINARY [--cage 64MiB] [--out DIR] -- agent options</c>.</summary>
static class RunCommand
{
    /// <summary>Lines of an agent that are kept in case it has nothing else to say.</summary>
    const int MostWords = 1000;

    public static Command Create(string[] agentArguments)
    {
        var path = new Argument<string>("agent")
        {
            Description = "A load file (.cs), a project (.csproj or its directory), or a published agent.",
        };
        var cage = SizeOption.Create("--cage",
            "Runs the agent in a memory cgroup of its own with this hard limit, such as 64MiB. Takes root.");
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
            // What is no number has its own error already.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var size) && size is < 1 or > 4)
            {
                result.AddError($"--buffer \"{token.Value}\" is not from 1 to 4.");
            }
        });
        var command = new Command("run",
            "Builds and starts an agent under the profiler, judges its memory, and reports. The agent's options "
            + "stand behind --: leanload run load.cs --cage 64MiB -- --url http://localhost:8080 --users 40")
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

    /// <summary>What is run, as a word: a directory's name may have a dot without an extension behind it.</summary>
    static string NameOf(string agent) => Directory.Exists(agent)
        ? new DirectoryInfo(agent).Name
        : Path.GetFileNameWithoutExtension(agent);

    static async Task<int> RunAsync(RunOptions options, string? output)
    {
        using var interruption = new Interruption();
        using var folder = ResultFolder.Create(output, NameOf(options.Path),
            DateTimeOffset.Now);
        var words = new List<string>();
        void Hear(string line)
        {
            if (words.Count < MostWords) words.Add(line);
        }

        ProfileResult result;
        try
        {
            result = await RunSession.RunAsync(
                options with { JournalPath = folder.JournalPath }, Hear, interruption.Token);
        }
        catch (AgentException ended) when (ended.ExitCode == 0)
        {
            // It was asked for --help, --list or --version: that is the result.
            foreach (var line in words) Console.WriteLine(line);
            return 0;
        }

        return RunSession.End(result, folder);
    }
}
