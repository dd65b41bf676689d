using System.CommandLine;
using System.Diagnostics;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>start</c>: from the start of a process to the first byte of its first request, as its server sees it.
/// </summary>
static class StartCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var rounds = Rounds.Option(15);
        var field = new FieldOptions("wrk", "hey", "h2load");
        return new FigureCommand("start", "Start-up to first request, beside other generators.",
            [rounds, .. field.All], async (parsed, log) =>
        {
            using var generators = await field.ReadAsync(parsed);
            Console.WriteLine("from the start of the process to the first byte that its server receives");
            // Not counted: the first round reads the programs from the disk.
            await Rounds.RunAsync(1, generators.Contenders, static one => $"{one.Name}, not counted",
                static one => Task.FromResult(Measure(one)));
            await Rounds.RunAsync(parsed.GetValue(rounds), generators.Contenders, static one => one.Name, one =>
            {
                log.Add($"{one.Name}/first request", "ms", Better.Lower, Measure(one).TotalMilliseconds);
                return Task.CompletedTask;
            });
        });
    }

    static TimeSpan Measure(Contender contender)
    {
        using var server = new SilentServer();
        var start = new ProcessStartInfo(contender.Program, contender.Arguments(server.Target, 1, 30))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var isHeard = server.HearsFirstBytes(Patience);
        var took = Stopwatch.GetElapsedTime(began);
        process.Kill();
        process.WaitForExit();
        return isHeard ? took
            : throw new MeasurementException($"{contender.Name} sent nothing within {Patience.TotalSeconds:0} s.");
    }
}
