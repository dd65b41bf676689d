using System.Globalization;
using LeanLoad.Report;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What generators did with one number of connections.</summary>
/// <param name="connections">How many.</param>
/// <param name="log">Where the figures go.</param>
sealed class PeerTable(int connections, FigureLog log)
{
    const string Rate = "requests per CPU-second";

    /// <summary>Whom the others are compared with, in this order.</summary>
    static readonly string[] Baselines = ["wrk", "bare C"];

    readonly List<string> names = [];

    /// <summary>Adds one run; the generators in the same order in every round.</summary>
    public void Add(string name, long requests, ProcessUsage usage)
    {
        if (!names.Contains(name)) names.Add(name);
        log.Add(Full(name, Rate), "1/s", Better.Higher, requests / usage.Cpu.TotalSeconds);
        log.Add(Full(name, "requests per second"), "1/s", Better.Higher, requests / usage.Wall.TotalSeconds);
        log.Add(Full(name, "resident"), "B", Better.Lower, usage.Resident?.Count);
        log.Add(Full(name, "charged"), "B", Better.Lower, usage.Charged?.Count);
    }

    /// <summary>Compares the rounds, and writes the table.</summary>
    public void Print(TextWriter output)
    {
        foreach (var name in names)
        {
            foreach (var baseline in Baselines.Intersect(names).Where(baseline => baseline != name))
            {
                log.AddRatio(Full(name, $"ratio to {baseline}"), Full(name, Rate), Full(baseline, Rate));
            }
        }

        var table = new TextTable($"{Quantities.Count(connections)} connections", "requests/CPU-s", "±", "x wrk",
            "x bare C", "CPU us/request", "requests/s", "resident", "charged");
        foreach (var name in names)
        {
            string Of(string what, Func<double, string> format) =>
                log.Find(Full(name, what)) is { } found ? format(found.Median) : "-";
            var perCpu = log.Find(Full(name, Rate))!;
            table.Add(
                name, Quantities.Rate(perCpu.Median),
                string.Create(CultureInfo.InvariantCulture, $"{perCpu.Spread * 100:0.0} %"),
                Of("ratio to wrk", Hundredths), Of("ratio to bare C", Hundredths),
                Hundredths(1e6 / perCpu.Median), Of("requests per second", Quantities.Rate),
                Of("resident", Size), Of("charged", Size));
        }

        output.WriteLine();
        foreach (var line in table.Lines(width: 140)) output.WriteLine(line);
    }

    string Full(string name, string what) => $"{connections} connections/{name}/{what}";

    static string Hundredths(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    static string Size(double bytes) => new Bytes((long)bytes).ToString();
}
