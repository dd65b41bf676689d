using System.CommandLine;
using System.Globalization;
using LeanLoad.Report;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>compare BEFORE AFTER</c>: two measurements beside each other.</summary>
static class CompareCommand
{
    public static Command Create()
    {
        var before = new Argument<string>("before")
        {
            Description = "A measurement (.json), the last of a history (.jsonl), or its third (.jsonl:3).",
        };
        var after = new Argument<string>("after") { Description = "The other." };
        var command = new Command("compare", "Compares two measurements figure by figure.") { before, after };
        command.SetAction(parsed =>
        {
            if (!Measurement.TryRead(parsed.GetRequiredValue(before), out var old, out var problem)
                || !Measurement.TryRead(parsed.GetRequiredValue(after), out var now, out problem))
            {
                throw MeasurementException.Misused(problem);
            }

            Print(old, now, Console.Out);
            return 0;
        });
        return command;
    }

    /// <summary>Writes the table of all figures that either has.</summary>
    public static void Print(Measurement before, Measurement after, TextWriter output)
    {
        output.WriteLine($"before: {before.At:u} {before.Commit}  {before.Command}\n        {before.Machine}");
        output.WriteLine($"after:  {after.At:u} {after.Commit}  {after.Command}\n        {after.Machine}");
        if (before.Machine with { Load = 0 } != after.Machine with { Load = 0 })
        {
            output.WriteLine("Not the same machine: compare ratios alone.");
        }

        output.WriteLine();
        var table = new TextTable("figure", "before", "after", "change", "");
        foreach (var name in before.Figures.Concat(after.Figures).Select(static figure => figure.Name).Distinct())
        {
            var (old, now) = (Find(before, name), Find(after, name));
            table.Add(name, Text(old), Text(now), Change(old, now), Word(old, now));
        }

        foreach (var line in table.Lines(width: 140)) output.WriteLine(line);
    }

    static Figure? Find(Measurement measurement, string name) =>
        measurement.Figures.FirstOrDefault(figure => figure.Name == name && figure.Rounds.Count > 0);

    static string Text(Figure? figure) => figure is null ? "-" : FigureTable.Text(figure.Median, figure.Unit);

    static string Change(Figure? before, Figure? after) => before is null || after is null ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{(after.Median / before.Median - 1) * 100:+0.0;-0.0;0.0} %");

    /// <summary>
    /// Better or worse where the difference is more than the rounds of either scatter; else nothing can be said.
    /// </summary>
    static string Word(Figure? before, Figure? after)
    {
        if (before is null || after is null) return "";
        var scatter = Math.Max(before.Spread, after.Spread) * 2;
        var change = after.Median / before.Median - 1;
        if (Math.Abs(change) <= Math.Max(scatter, 0.001)) return "the same";
        return change > 0 == (after.Better == Better.Higher) ? "better" : "worse";
    }
}
