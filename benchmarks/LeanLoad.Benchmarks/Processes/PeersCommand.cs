using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>peers</c>: requests per CPU-second of a scripted user with full statistics beside other generators and a bare
/// loop in C, each on the same processor in turn, the server on another.
/// </summary>
static class PeersCommand
{
    const int ServerCore = 0, GeneratorCore = 1;

    public static Command Create()
    {
        var connections = new Option<int[]>("--connections")
        {
            Description = "How many, for each table.",
            DefaultValueFactory = static _ => [40, 1_000, 10_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Every generator runs once a round.",
            DefaultValueFactory = static _ => 5,
        };
        var seconds = new Option<int>("--seconds")
        {
            Description = "Of each run.",
            DefaultValueFactory = static _ => 5,
        };
        var only = new Option<string[]>("--only")
        {
            Description = "These generators alone: bare, wrk, ab, hey, h2load; ours always runs.",
            AllowMultipleArgumentsPerToken = true,
        };
        var secure = new Option<bool>("--https")
        {
            Description = "Over TLS 1.3 with AES-128-GCM; the bare loop has none.",
        };
        var agents = new Option<string[]>("--agent")
        {
            Description =
                "A published agent instead of one from these sources; several are measured beside each other.",
            AllowMultipleArgumentsPerToken = true,
        };
        var recording = new Recording();
        var command =
            new Command("peers", "Requests per CPU-second beside wrk, ab, hey, h2load and a bare epoll loop in C.")
        {
            connections, rounds, seconds, only, secure, agents,
        };
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            using var field =
                await FieldOfAsync(parsed.GetValue(agents)!, parsed.GetValue(only)!, parsed.GetValue(secure));
            if (field.Problem is { } problem) return Fail(problem);
            var figures = new List<Figure>();
            Console.WriteLine($"{machine}\nnginx on processor {ServerCore}, one generator at a time on processor "
                + $"{GeneratorCore}; requests counted by nginx");
            foreach (var count in parsed.GetValue(connections)!)
            {
                var table = new PeerTable(count);
                if (await MeasureAsync(table, field.Contenders, parsed.GetValue(secure), parsed.GetValue(rounds),
                    parsed.GetValue(seconds)) is { } failure)
                {
                    return Fail(failure);
                }

                table.Print(Console.Out);
                figures.AddRange(table.Figures);
            }

            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, figures);
            return 0;
        });
        return command;
    }

    static async Task<string?> MeasureAsync(
        PeerTable table, List<Contender> contenders, bool isSecure, int rounds, int seconds)
    {
        using var server = await NginxServer.StartAsync(ServerCore, isSecure);
        var meter = new ProcessMeter(GeneratorCore);
        // Not counted: the server's first second, in which its memory is first touched.
        await meter.RunAsync(contenders[0].Program, contenders[0].Arguments(server.Target, table.Connections, 1));
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                Progress.Say($"{table.Connections} connections, round {round} of {rounds}: {contender.Name}");
                var before = await server.CountAsync();
                var arguments = contender.Arguments(server.Target, table.Connections, seconds);
                var usage = await meter.RunAsync(contender.Program, arguments);
                var requests = await server.CountAsync() - before;
                if (usage.ExitCode != 0)
                {
                    return $"{contender.Name} ended with exit code {usage.ExitCode}:\n{usage.Output}";
                }

                table.Add(contender.Name, requests, usage);
            }
        }

        Progress.End();
        if (meter.NoCage is { } reason) Console.WriteLine($"Charged memory is unknown: {reason}");
        return null;
    }

    static async Task<Field> FieldOfAsync(string[] agents, string[] only, bool isSecure)
    {
        bool IsAsked(string name) => only.Length == 0 || only.Contains(name);
        Contender[] peers = [.. Contender.Peers.Where(peer => IsAsked(peer.Name))];
        var known = Contender.Peers.Select(static peer => peer.Name).Append("bare");
        if (only.Except(known).FirstOrDefault() is { } stranger)
        {
            return new Field($"--only \"{stranger}\" is none of {string.Join(", ", known)}.");
        }

        if (Environment.ProcessorCount < 2)
        {
            return new Field("Two processors are needed: one for the server, one for the generators.");
        }

        var needsBare = !isSecure && IsAsked("bare");
        var tools = peers.Select(static peer => peer.Tool!).Concat([Tool.Nginx, Tool.Pin])
            .Concat(needsBare ? [Tool.Compiler] : []);
        if (Tool.Missing(tools) is { } missing) return new Field($"{missing}\nOr measure beside others: --only");
        var bare = needsBare ? new BareClient() : null;
        var field = new Field(null) { Bare = bare };
        if (bare is not null) field.Contenders.Add(Contender.Bare(bare.Path));
        foreach (var path in agents.Length > 0 ? agents : [await Repository.PublishAgentAsync()])
        {
            var agent = Contender.Agent(Path.GetFullPath(path));
            field.Contenders.Add(agents.Length > 1 ? agent with { Name = $"{agent.Name} {field.Contenders.Count}" }
                : agent);
        }

        field.Contenders.AddRange(peers);
        return field;
    }

    static int Fail(string problem)
    {
        Console.Error.WriteLine(problem);
        return 2;
    }

    /// <summary>Who is measured, or why nobody can be.</summary>
    sealed class Field(string? problem) : IDisposable
    {
        public string? Problem => problem;

        public List<Contender> Contenders { get; } = [];

        public BareClient? Bare { get; init; }

        public void Dispose() => Bare?.Dispose();
    }
}
