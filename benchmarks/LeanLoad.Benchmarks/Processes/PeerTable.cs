using System.Globalization;
using LeanLoad.Report;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What generators did with one number of connections, round by round.</summary>
/// <param name="connections">How many.</param>
sealed class PeerTable(int connections)
{
    /// <summary>Whom the others are compared with, in this order.</summary>
    static readonly string[] Baselines = ["wrk", "bare C"];

    readonly Dictionary<string, List<(long Requests, ProcessUsage Usage)>> rounds = [];

    public int Connections => connections;

    /// <summary>Adds one run; the generators in the same order in every round.</summary>
    public void Add(string name, long requests, ProcessUsage usage)
    {
        if (!rounds.TryGetValue(name, out var own)) rounds.Add(name, own = []);
        own.Add((requests, usage));
    }

    /// <summary>All that was measured.</summary>
    public IEnumerable<Figure> Figures => rounds.Keys.SelectMany(FiguresOf);

    /// <summary>Writes the table.</summary>
    public void Print(TextWriter output)
    {
        var table = new TextTable($"{Quantities.Count(connections)} connections", "requests/CPU-s", "±", "x wrk",
            "x bare C", "CPU us/request", "requests/s", "resident", "charged");
        foreach (var name in rounds.Keys)
        {
            var figures = FiguresOf(name).ToDictionary(static figure => figure.Name.Split('/')[^1]);
            string Of(string figure, Func<double, string> format) =>
                figures.TryGetValue(figure, out var found) && found.Rounds.Count > 0 ? format(found.Median) : "-";
            string Ratio(string baseline) =>
                Of($"ratio to {baseline}", static ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture));
            var perCpu = figures["requests per CPU-second"];
            table.Add(
                name, Quantities.Rate(perCpu.Median),
                string.Create(CultureInfo.InvariantCulture, $"{perCpu.Spread * 100:0.0} %"),
                Ratio("wrk"), Ratio("bare C"), (1e6 / perCpu.Median).ToString("0.00", CultureInfo.InvariantCulture),
                Of("requests per second", Quantities.Rate),
                Of("resident", static bytes => new Bytes((long)bytes).ToString()),
                Of("charged", static bytes => new Bytes((long)bytes).ToString()));
        }

        output.WriteLine();
        foreach (var line in table.Lines(width: 140)) output.WriteLine(line);
    }

    IEnumerable<Figure> FiguresOf(string name)
    {
        var own = rounds[name];
        Figure Of(string what, string unit, Better better, IEnumerable<double> values) =>
            new($"{connections} connections/{name}/{what}", unit, better, [.. values]);
        yield return Of("requests per CPU-second", "1/s", Better.Higher, own.Select(PerCpuSecond));
        // Each round for itself: what the machine did meanwhile it did to both.
        foreach (var baseline in Baselines)
        {
            if (baseline == name || !rounds.TryGetValue(baseline, out var others)) continue;
            yield return Of($"ratio to {baseline}", "", Better.Higher,
                own.Zip(others, static (mine, other) => PerCpuSecond(mine) / PerCpuSecond(other)));
        }

        yield return Of("requests per second", "1/s", Better.Higher,
            own.Select(static run => run.Requests / run.Usage.Wall.TotalSeconds));
        yield return Of("resident", "B", Better.Lower,
            own.Select(static run => run.Usage.Resident).OfType<Bytes>().Select(static bytes => (double)bytes.Count));
        yield return Of("charged", "B", Better.Lower,
            own.Select(static run => run.Usage.Charged).OfType<Bytes>().Select(static bytes => (double)bytes.Count));
    }

    static double PerCpuSecond((long Requests, ProcessUsage Usage) run) => run.Requests / run.Usage.Cpu.TotalSeconds;
}
