using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// <c>young</c>: how the cap of the young generations trades memory for speed, on users that do little else than
/// allocate: <c>tests/LeanLoad.HungryLoad</c>, scenario <c>churn</c>.
/// </summary>
static class YoungCommand
{
    static readonly Bytes[] Caps = [.. new[] { 256.0, 512, 1024, 2048, 4096, 8192, 16384 }.Select(Bytes.FromKiB)];

    public static Command Create()
    {
        var rounds = Rounds.Option(3);
        var seconds = Rounds.Seconds(3);
        return new FigureCommand("young", "What the cap of the young generations costs and saves.",
            [rounds, seconds], async (parsed, log) =>
        {
            Cores.Require();
            Console.WriteLine("eight users that parse 64 KiB of JSON without a pause, one loop, budget 64 MiB");
            var agent = await Repository.PublishAsync("tests/LeanLoad.HungryLoad");
            var directory = Directory.CreateTempSubdirectory("leanload-young-");
            try
            {
                await Rounds.RunAsync(parsed.GetValue(rounds), Caps, static cap => $"{cap}",
                    cap => MeasureAsync(cap, agent, parsed.GetValue(seconds), directory.FullName, log));
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        })
        {
            Rows = "cap",
        };
    }

    static async Task MeasureAsync(Bytes cap, string agent, int seconds, string directory, FigureLog log)
    {
        var (json, journal) = (Path.Combine(directory, "run.json"), Path.Combine(directory, "run.journal"));
        File.Delete(journal);
        var meter = new ProcessMeter(Cores.Generator)
        {
            Variables = new GcSettings(null, cap, cap).Variables.ToDictionary(
                static one => one.Name, static one => one.Value),
        };
        var usage = await meter.RunAsync(agent,
        [
            "--scenario", "churn", "--users", "8", "--each", "64KiB", "--loops", "1", "--memory", "64MiB",
            "--duration", $"{seconds.ToString(CultureInfo.InvariantCulture)}s", "--when-limited", "warn",
            "--json", json, "--journal", journal,
        ]);
        usage.RequireSuccess($"leanload-hungry, young generations of {cap},");
        using var run = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
        var iterations = run.RootElement.GetProperty("iterations").EnumerateArray()
            .Sum(static row => row.GetProperty("iterations").GetInt64());
        log.Add($"{cap}/iterations per CPU-second", "1/s", Better.Higher, iterations / usage.Cpu.TotalSeconds);
        var last = LastTick(journal);
        log.Add($"{cap}/collections", "1/s", Better.Lower, last.Memory.Collections / last.At.TotalSeconds);
        log.Add($"{cap}/peak", "B", Better.Lower,
            run.RootElement.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64());
    }

    static Tick LastTick(string journal)
    {
        if (!JournalReader.TryOpen(journal, out var reader, out var problem)) throw new MeasurementException(problem);
        using (reader)
        {
            var last = default(Tick);
            while (reader.TryNext(out var bytes))
            {
                if (RecordReader.TryRead(bytes, out var record) && record is Tick tick) last = tick;
            }

            return last;
        }
    }
}
