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
    /// <summary>Users come in during this part of a run; then they stay, and memory is read.</summary>
    const double RampShare = 0.4, PlateauShare = 0.65;

    /// <summary>A reading may be off by a page here and there, and by what the collector has not taken yet.</summary>
    const double NoiseBytes = 256 << 10;

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    static readonly string Shapes = string.Join(", ", UserShape.All.Select(static shape => shape.Name));

    public static Command Create()
    {
        var only = new Option<string[]>("--only")
        {
            Description = $"These shapes alone: {Shapes}.",
            HelpName = "shape",
            AllowMultipleArgumentsPerToken = true,
        };
        only.Validators.Add(static result =>
        {
            var known = UserShape.All.Select(static shape => shape.Name);
            foreach (var stranger in (result.GetValueOrDefault<string[]>() ?? []).Except(known))
            {
                result.AddError($"--only \"{stranger}\" is no shape; there are {Shapes}.");
            }
        });
        var rounds = Rounds.Option(3);
        var seconds = Rounds.Seconds(8);
        return new FigureCommand("users", "Bytes per user: idle, think time, HTTP, HTTPS, cookies.",
            [only, rounds, seconds], async (parsed, log) =>
        {
            Cores.Require();
            Tool.Require(null, Tool.Nginx);
            var names = parsed.GetValue(only)!;
            UserShape[] shapes =
                [.. UserShape.All.Where(shape => names.Length == 0 || names.Contains(shape.Name))];
            Console.WriteLine(string.Join('\n', shapes.Select(Described)));
            var agent = await Repository.PublishAsync("benchmarks/shapes.cs");
            using var plain = await NginxServer.StartAsync(Cores.Server);
            using var secure = await NginxServer.StartAsync(Cores.Server, isSecure: true);
            var meter = new ProcessMeter(Cores.Generator);
            await Rounds.RunAsync(parsed.GetValue(rounds), shapes, static shape => shape.Name, shape => MeasureAsync(
                shape, agent, (shape.IsSecure ? secure : plain).Target, meter, parsed.GetValue(seconds), log));
            meter.SayWhatIsUnknown();
        })
        {
            Rows = "per user",
        };
    }

    static async Task MeasureAsync(
        UserShape shape, string agent, LoadTarget target, ProcessMeter meter, int seconds, FigureLog log)
    {
        var (resident, charged) = (new List<(double, double)>(), new List<(double, double)>());
        foreach (var count in shape.Counts)
        {
            var plateau = new Plateau(seconds * PlateauShare * Second, seconds * 0.97 * Second);
            var usage = await meter.RunAsync(agent, Arguments(shape, target, count, seconds), plateau.Add);
            usage.RequireSuccess($"{count} users of {shape.Name}");
            resident.Add((count, plateau.Resident));
            if (plateau.Charged is { } bytes) charged.Add((count, bytes));
        }

        Add(log, shape, "charged", charged);
        Add(log, shape, "resident", resident);
    }

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
