using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>idle</c>: what a process holds whose one user waits for an answer that does not come.</summary>
static class IdleCommand
{
    public static Command Create()
    {
        var rounds = Rounds.Option(5);
        var seconds = Rounds.Seconds(4, "Of each run; what counts is its second half.");
        var field = new FieldOptions("wrk", "hey", "h2load");
        return new FigureCommand("idle", "Memory at idle, beside other generators.",
            [rounds, seconds, .. field.All], async (parsed, log) =>
        {
            using var generators = await field.ReadAsync(parsed);
            Console.WriteLine("one connection, one request, and no answer");
            var meter = new ProcessMeter(core: null);
            var length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            await Rounds.RunAsync(parsed.GetValue(rounds), generators.Contenders, static one => one.Name,
                one => MeasureAsync(one, meter, length, log));
            meter.SayWhatIsUnknown();
        });
    }

    static async Task MeasureAsync(Contender contender, ProcessMeter meter, TimeSpan length, FigureLog log)
    {
        using var server = new SilentServer();
        var plateau = new Plateau(length / 2, length);
        // Ended by us: without answers some wait much longer than they were told.
        await meter.RunAsync(
            contender.Program, contender.Arguments(server.Target, 1, 60), plateau.Add, endAfter: length);
        log.Add($"{contender.Name}/resident", "B", Better.Lower, plateau.Resident);
        log.Add($"{contender.Name}/charged", "B", Better.Lower, plateau.Charged);
    }
}
