using System.CommandLine;
using System.Globalization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>overhead</c>: what being profiled costs the agent: alone, and under <c>leanload run</c>, in turn. The agent has a
/// processor of its own; server and profiler share the other.
/// </summary>
static class OverheadCommand
{
    const string Rate = "requests per CPU-second";

    public static Command Create()
    {
        var users = new Option<int>("--users")
        {
            Description = "Of the agent, each with a connection.",
            DefaultValueFactory = static _ => 40,
        };
        var rounds = Rounds.Option(5);
        var seconds = Rounds.Seconds(8);
        return new FigureCommand("overhead", "What the profiler costs the agent: alone and under leanload run.",
            [users, rounds, seconds], async (parsed, log) =>
        {
            Cores.Require();
            Tool.Require(null, Tool.Nginx);
            Console.WriteLine($"nginx and profiler on processor {Cores.Server}, the agent on {Cores.Generator}; "
                + "requests counted by nginx, CPU and memory are the agent's own");
            var directory = Directory.CreateTempSubdirectory("leanload-overhead-");
            try
            {
                var agent = CopyOf(await Repository.PublishAgentAsync(), directory.FullName);
                using var server = await NginxServer.StartAsync(Cores.Server);
                string[] options =
                [
                    "--url", $"{server.Target.Url}", "--users", Text(parsed.GetValue(users)),
                    "--duration", $"{Text(parsed.GetValue(seconds))}s", "--when-limited", "warn",
                ];
                var watch = new WatchedProcess(agent, Cores.Generator);
                await Rounds.RunAsync(parsed.GetValue(rounds), Ways(agent, directory.FullName, options),
                    static way => way.Name, way => MeasureAsync(way, watch, server, log));
            }
            finally
            {
                directory.Delete(recursive: true);
            }

            log.AddRatio("profiled/ratio to alone", $"profiled/{Rate}", $"alone/{Rate}");
        })
        {
            Rows = "agent",
        };
    }

    static Way[] Ways(string agent, string directory, string[] options) =>
    [
        new("alone", [agent, .. options]),
        new("profiled",
        [
            Tool.Pin.Location!, "-c", Text(Cores.Server),
            "dotnet", Path.Combine(AppContext.BaseDirectory, "LeanLoad.Profiler.dll"), "run", agent,
            "--out", Path.Combine(directory, "out"), "--", .. options,
        ]),
    ];

    static async Task MeasureAsync(Way way, WatchedProcess watch, NginxServer server, FigureLog log)
    {
        var before = await server.CountAsync();
        var usage = await watch.RunAsync(way.Command);
        if (usage.ExitCode != 0)
        {
            throw new MeasurementException(
                $"{string.Join(' ', way.Command)} ended with exit code {usage.ExitCode}:\n{usage.Output}");
        }

        var requests = await server.CountAsync() - before;
        log.Add($"{way.Name}/{Rate}", "1/s", Better.Higher, requests / usage.Cpu.TotalSeconds);
        log.Add($"{way.Name}/resident at most", "B", Better.Lower, usage.Resident.Count);
    }

    /// <summary>A copy at a path of its own, by which it is found; its symbols beside it, for the profiler.</summary>
    static string CopyOf(string agent, string directory)
    {
        var copy = Path.Combine(directory, Path.GetFileName(agent));
        File.Copy(agent, copy);
        if (File.Exists(agent + ".dbg")) File.Copy(agent + ".dbg", copy + ".dbg");
        return copy;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>How the agent is started.</summary>
    sealed record Way(string Name, string[] Command);
}
