using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>peers</c>: requests per CPU-second of a scripted user with full statistics beside other generators and a bare
/// loop in C, each on the same processor in turn, the server on another.
/// </summary>
static class PeersCommand
{
    public static Command Create()
    {
        var connections = new Option<int[]>("--connections")
        {
            Description = "How many, for each table.",
            DefaultValueFactory = static _ => [40, 1_000, 10_000],
            AllowMultipleArgumentsPerToken = true,
        };
        connections.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int[]>() is { } counts && counts.Any(static count => count < 1))
            {
                result.AddError("--connections are numbers from 1 up.");
            }
        });
        var rounds = Rounds.Option(5);
        var seconds = Rounds.Seconds(5);
        var secure = new Option<bool>("--https")
        {
            Description = "Over TLS 1.3 with AES-128-GCM; the bare loop has none.",
        };
        var field = new FieldOptions("wrk", "ab", "hey", "h2load");
        return new FigureCommand(
            "peers", "Requests per CPU-second beside wrk, ab, hey, h2load and a bare epoll loop in C.",
            [connections, rounds, seconds, secure, .. field.All], async (parsed, log) =>
        {
            Cores.Require();
            Tool.Require(null, Tool.Nginx);
            using var generators = await field.ReadAsync(parsed, parsed.GetValue(secure));
            Console.WriteLine($"nginx on processor {Cores.Server}, one generator at a time on processor "
                + $"{Cores.Generator}; requests counted by nginx");
            var meter = new ProcessMeter(Cores.Generator);
            foreach (var count in parsed.GetValue(connections)!)
            {
                var table = new PeerTable(count, log);
                using var server = await NginxServer.StartAsync(Cores.Server, parsed.GetValue(secure));
                // Not counted: the server's first second, in which its memory is first touched.
                await RunAsync(generators.Contenders[0], count, 1, server, meter);
                await Rounds.RunAsync(parsed.GetValue(rounds), generators.Contenders,
                    one => $"{count} connections: {one.Name}", async one =>
                {
                    var (requests, usage) = await RunAsync(one, count, parsed.GetValue(seconds), server, meter);
                    table.Add(one.Name, requests, usage);
                });
                table.Print(Console.Out);
            }

            meter.SayWhatIsUnknown();
        })
        {
            Rows = null,
        };
    }

    static async Task<(long Requests, ProcessUsage Usage)> RunAsync(
        Contender contender, int connections, int seconds, NginxServer server, ProcessMeter meter)
    {
        var before = await server.CountAsync();
        var usage = await meter.RunAsync(
            contender.Program, contender.Arguments(server.Target, connections, seconds));
        usage.RequireSuccess(contender.Name);
        return (await server.CountAsync() - before, usage);
    }
}
