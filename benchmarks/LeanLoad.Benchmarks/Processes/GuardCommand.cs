using System.CommandLine;
using System.Globalization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>guard</c>: what guarding its budget costs the agent: <c>--over-memory stop</c> and <c>ignore</c>, in turn, within
/// a budget that is not exceeded. Both read memory as often; what a reading costs, <c>Memory/Reading</c> says.
/// </summary>
static class GuardCommand
{
    const string Rate = "requests per CPU-second";

    public static Command Create()
    {
        var users = new Option<int>("--users")
        {
            Description = "Of the agent, each with a connection.",
            DefaultValueFactory = static _ => 40,
        };
        var rounds = Rounds.Option(9);
        var seconds = Rounds.Seconds(4);
        return new FigureCommand("guard", "What the memory guard costs the agent: on and off, in turn.",
            [users, rounds, seconds], async (parsed, log) =>
        {
            Cores.Require();
            Tool.Require(null, Tool.Nginx);
            var agent = await Repository.PublishAgentAsync();
            using var server = await NginxServer.StartAsync(Cores.Server);
            string[] options =
            [
                "--url", $"{server.Target.Url}", "--users", Text(parsed.GetValue(users)),
                "--duration", $"{Text(parsed.GetValue(seconds))}s", "--memory", "256MiB", "--when-limited", "warn",
            ];
            var meter = new ProcessMeter(Cores.Generator);
            await Rounds.RunAsync(parsed.GetValue(rounds), ["off", "on", "on again", "off again"], static way => way,
                way => MeasureAsync(way, agent, options, server, meter, log));
            // Each side of a round twice, in the order off, on, on, off: what drifts within a round cancels out.
            log.AddRatio("on/ratio to off", $"on/{Rate}", $"off/{Rate}");
            log.AddRatio("off/ratio of two alike", $"off again/{Rate}", $"off/{Rate}");
            log.AddRatio("on/ratio to off, again", $"on again/{Rate}", $"off again/{Rate}");
        })
        {
            Rows = "guard",
        };
    }

    static async Task MeasureAsync(
        string way, string agent, string[] options, NginxServer server, ProcessMeter meter, FigureLog log)
    {
        string[] policy = ["--over-memory", way.StartsWith("on", StringComparison.Ordinal) ? "stop" : "ignore"];
        var before = await server.CountAsync();
        var usage = await meter.RunAsync(agent, [.. options, .. policy]);
        usage.RequireSuccess($"leanload-agent, guard {way},");
        var requests = await server.CountAsync() - before;
        log.Add($"{way}/{Rate}", "1/s", Better.Higher, requests / usage.Cpu.TotalSeconds);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
