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
        var rounds = Repeated.Rounds(15);
        var field = new FieldOptions();
        var recording = new Recording();
        var command = new Command("start", "Start-up to first request, beside other generators.") { rounds };
        field.AddTo(command);
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            using var contenders = await field.ReadAsync(parsed);
            if (contenders.Problem is { } problem) return Repeated.Fail(parsed, problem);
            Console.WriteLine($"{machine}\nfrom the start of the process to the first byte that its server receives");
            var log = new FigureLog();
            // One round more than is counted: the first reads the programs from the disk.
            for (var round = 0; round <= parsed.GetValue(rounds); round++)
            {
                foreach (var contender in contenders.All)
                {
                    Progress.Say($"round {round} of {parsed.GetValue(rounds)}: {contender.Name}");
                    if (Measure(contender) is not { } took)
                    {
                        return Repeated.Fail(
                            parsed, $"{contender.Name} sent nothing within {Patience.TotalSeconds:0} s.");
                    }

                    if (round == 0) continue;
                    log.Add($"{contender.Name}/first request", "ms", Better.Lower, took.TotalMilliseconds);
                }
            }

            Progress.End();
            FigureTable.Print(Console.Out, "", log.Figures);
            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
            return 0;
        });
        return command;
    }

    static TimeSpan? Measure(Contender contender)
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
        return isHeard ? took : null;
    }
}
