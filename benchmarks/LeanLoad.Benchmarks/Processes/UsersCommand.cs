using System.CommandLine;
using System.Globalization;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>users</c>: what one more user costs, as the slope over three numbers of them; the whole process is read from
/// outside, by the kernel's account. Shapes and numbers are interleaved in every round.
/// </summary>
static class UsersCommand
{
    const int ServerCore = 0, AgentCore = 1;

    /// <summary>Users come in during this part of a run; then they stay, and memory is read.</summary>
    const double RampShare = 0.4, PlateauShare = 0.65;

    /// <summary>A reading may be off by a page here and there, and by what the collector has not taken yet.</summary>
    const double NoiseBytes = 256 << 10;

    public static Command Create()
    {
        var only = new Option<string[]>("--only")
        {
            Description = $"These shapes alone: {string.Join(", ", UserShape.All.Select(static shape => shape.Name))}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = Repeated.Rounds(3);
        var seconds = Repeated.Seconds(8, "Of each run.");
        var recording = new Recording();
        var command = new Command("users", "Bytes per user: idle, think time, HTTP, HTTPS, cookies.")
        {
            only, rounds, seconds,
        };
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var names = parsed.GetValue(only)!;
            if (names.Except(UserShape.All.Select(static shape => shape.Name)).FirstOrDefault() is { } stranger)
            {
                return Repeated.Fail(parsed, $"--only \"{stranger}\" is no shape; there are "
                    + $"{string.Join(", ", UserShape.All.Select(static shape => shape.Name))}.");
            }

            if (Tool.Missing(Tool.Nginx, Tool.Pin) is { } missing) return Repeated.Fail(parsed, missing);
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            UserShape[] shapes =
                [.. UserShape.All.Where(shape => names.Length == 0 || names.Contains(shape.Name))];
            Console.WriteLine($"{machine}\n{string.Join('\n', shapes.Select(Described))}");
            var log = new FigureLog();
            if (await MeasureAsync(log, shapes, parsed.GetValue(rounds), parsed.GetValue(seconds)) is { } failure)
            {
                return Repeated.Fail(parsed, failure);
            }

            FigureTable.Print(Console.Out, "per user", log.Figures);
            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
            return 0;
        });
        return command;
    }

    static async Task<string?> MeasureAsync(FigureLog log, UserShape[] shapes, int rounds, int seconds)
    {
        var agent = await Repository.PublishAsync("benchmarks/shapes.cs");
        using var plain = await NginxServer.StartAsync(ServerCore);
        using var secure = await NginxServer.StartAsync(ServerCore, isSecure: true);
        var meter = new ProcessMeter(AgentCore);
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var shape in shapes)
            {
                var (resident, charged) = (new List<(double, double)>(), new List<(double, double)>());
                foreach (var count in shape.Counts)
                {
                    Progress.Say($"round {round} of {rounds}: {shape.Name}, {count:#,0} users");
                    var plateau = new Plateau(seconds * PlateauShare * Second, seconds * 0.97 * Second);
                    var target = shape.IsSecure ? secure.Target : plain.Target;
                    var usage = await meter.RunAsync(agent, Arguments(shape, target, count, seconds), plateau.Add);
                    if (usage.ExitCode != 0)
                    {
                        return $"{count} users of {shape.Name} ended with exit code {usage.ExitCode}:\n{usage.Output}";
                    }

                    resident.Add((count, plateau.Resident));
                    if (plateau.Charged is { } bytes) charged.Add((count, bytes));
                }

                Add(log, shape, "charged", charged);
                Add(log, shape, "resident", resident);
            }
        }

        Progress.End();
        if (meter.NoCage is { } reason) Console.WriteLine($"Charged memory is unknown: {reason}");
        return null;
    }

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    static void Add(FigureLog log, UserShape shape, string what, List<(double, double)> points)
    {
        if (points.Count < shape.Counts.Length) return;
        var line = LineFit.Through([.. points], NoiseBytes);
        log.Add($"{shape.Name}/{what}", "B", Better.Lower, line.Slope);
        log.Add($"{shape.Name}/{what} without users", "B", Better.Lower, line.Intercept);
    }

    static string[] Arguments(UserShape shape, LoadTarget target, int count, int seconds) =>
    [
        "--scenario", shape.Scenario, "--url", $"{new Uri(target.Url, shape.Path)}", "--users", Text(count),
        "--ramp", $"{Text((int)Math.Ceiling(count / (seconds * RampShare)))}/s", "--duration", $"{Text(seconds)}s",
        "--stop-timeout", "1s", "--when-limited", "warn",
        .. target.CertificatePath is { } path ? (string[])["--ca", path] : [],
    ];

    static string Described(UserShape shape) =>
        $"{shape.Name}: {string.Join(", ", shape.Counts.Select(static count => $"{count:#,0}"))} users";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
