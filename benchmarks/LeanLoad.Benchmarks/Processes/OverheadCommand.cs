using System.CommandLine;
using System.Globalization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>overhead</c>: what being profiled costs the agent: alone, and under <c>leanload run</c>, in turn. The agent has a
/// processor of its own; server and profiler share the other.
/// </summary>
static class OverheadCommand
{
    const int ServerCore = 0, AgentCore = 1;

    public static Command Create()
    {
        var users = new Option<int>("--users")
        {
            Description = "Of the agent, each with a connection.",
            DefaultValueFactory = static _ => 40,
        };
        var rounds = Repeated.Rounds(5);
        var seconds = Repeated.Seconds(8, "Of each run.");
        var recording = new Recording();
        var command = new Command("overhead", "What the profiler costs the agent: alone and under leanload run.")
        {
            users, rounds, seconds,
        };
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (Tool.Missing(Tool.Nginx, Tool.Pin) is { } missing) return Repeated.Fail(parsed, missing);
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            Console.WriteLine($"{machine}\nnginx and profiler on processor {ServerCore}, the agent on {AgentCore}; "
                + "requests counted by nginx, CPU and memory are the agent's own");
            string[] load =
            [
                "--users", Text(parsed.GetValue(users)), "--duration", $"{Text(parsed.GetValue(seconds))}s",
                "--when-limited", "warn",
            ];
            var log = new FigureLog();
            if (await MeasureAsync(log, load, parsed.GetValue(rounds)) is { } failure)
            {
                return Repeated.Fail(parsed, failure);
            }

            FigureTable.Print(Console.Out, "agent", log.Figures);
            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
            return 0;
        });
        return command;
    }

    static async Task<string?> MeasureAsync(FigureLog log, string[] load, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("leanload-overhead-");
        try
        {
            var agent = CopyOf(await Repository.PublishAgentAsync(), directory.FullName);
            var profiler = Path.Combine(AppContext.BaseDirectory, "LeanLoad.Profiler.dll");
            using var server = await NginxServer.StartAsync(ServerCore);
            string[] options = ["--url", $"{server.Target.Url}", .. load];
            (string Name, string[] Command)[] ways =
            [
                ("alone", [agent, .. options]),
                ("profiled",
                [
                    Tool.Pin.Location!, "-c", Text(ServerCore), "dotnet", profiler, "run", agent, "--out",
                    Path.Combine(directory.FullName, "out"), "--", .. options,
                ]),
            ];
            var watch = new WatchedProcess(agent, AgentCore);
            for (var round = 1; round <= rounds; round++)
            {
                var perCpu = new List<double>();
                foreach (var (name, command) in ways)
                {
                    Progress.Say($"round {round} of {rounds}: {name}");
                    var before = await server.CountAsync();
                    var usage = await watch.RunAsync(command);
                    if (usage.ExitCode != 0)
                    {
                        return $"{string.Join(' ', command)} ended with exit code {usage.ExitCode}:\n{usage.Output}";
                    }

                    perCpu.Add((await server.CountAsync() - before) / usage.Cpu.TotalSeconds);
                    log.Add($"{name}/requests per CPU-second", "1/s", Better.Higher, perCpu[^1]);
                    log.Add($"{name}/resident at most", "B", Better.Lower, usage.Resident.Count);
                }

                // Each round for itself: what the machine did meanwhile it did to both.
                log.Add("profiled/ratio to alone", "", Better.Higher, perCpu[1] / perCpu[0]);
            }

            Progress.End();
            return null;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
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
}
