using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>idle</c>: what a process holds whose one user waits for an answer that does not come.</summary>
static class IdleCommand
{
    public static Command Create()
    {
        var rounds = Repeated.Rounds(5);
        var seconds = Repeated.Seconds(4, "Of each run; what counts is its second half.");
        var field = new FieldOptions();
        var recording = new Recording();
        var command = new Command("idle", "Memory at idle, beside other generators.") { rounds, seconds };
        field.AddTo(command);
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            using var contenders = await field.ReadAsync(parsed);
            if (contenders.Problem is { } problem) return Repeated.Fail(parsed, problem);
            Console.WriteLine($"{machine}\none connection, one request, and no answer");
            var (log, meter) = (new FigureLog(), new ProcessMeter(core: null));
            for (var round = 1; round <= parsed.GetValue(rounds); round++)
            {
                foreach (var contender in contenders.All)
                {
                    Progress.Say($"round {round} of {parsed.GetValue(rounds)}: {contender.Name}");
                    var length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
                    using var server = new SilentServer();
                    var plateau = new Plateau(length / 2, length);
                    // Ended by us: without answers some wait much longer than they were told.
                    var arguments = contender.Arguments(server.Target, 1, 60);
                    await meter.RunAsync(contender.Program, arguments, plateau.Add, endAfter: length);
                    log.Add($"{contender.Name}/resident", "B", Better.Lower, plateau.Resident);
                    log.Add($"{contender.Name}/charged", "B", Better.Lower, plateau.Charged);
                }
            }

            Progress.End();
            FigureTable.Print(Console.Out, "", log.Figures);
            if (meter.NoCage is { } reason) Console.WriteLine($"Charged memory is unknown: {reason}");
            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
            return 0;
        });
        return command;
    }
}
