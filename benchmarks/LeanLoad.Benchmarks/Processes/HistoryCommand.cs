using System.CommandLine;
using System.Globalization;
using LeanLoad.Report;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>history</c>: what was recorded, with the line numbers that <c>compare</c> takes.</summary>
static class HistoryCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "A history.",
            DefaultValueFactory = static _ => Repository.HistoryPath,
        };
        var command = new Command("history", "Lists the measurements of a history.") { file };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
            {
                throw MeasurementException.Misused($"{path} does not exist: a measurement with --record begins it.");
            }

            var table = new TextTable("line", "<when", "<commit", "load", "<command");
            for (var line = 1; line <= File.ReadLines(path).Count(); line++)
            {
                if (!Measurement.TryRead($"{path}:{line}", out var one, out var problem))
                {
                    throw MeasurementException.Misused(problem);
                }

                table.Add(
                    line.ToString(CultureInfo.InvariantCulture), $"{one.At:u}", one.Commit ?? "-",
                    one.Machine.Load.ToString("0.0", CultureInfo.InvariantCulture), one.Command);
            }

            foreach (var line in table.Lines(width: 140)) Console.WriteLine(line);
            return 0;
        });
        return command;
    }
}
