using System.Globalization;
using LeanLoad.Report;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Figures as a table: a row for what was measured, a column for what of it, each with its scatter.</summary>
static class FigureTable
{
    /// <summary>Writes it, with an empty line before it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="title">Over the rows' names.</param>
    /// <param name="figures">Named <c>row/column</c>.</param>
    public static void Print(TextWriter output, string title, IReadOnlyCollection<Figure> figures)
    {
        string[] columns = [.. figures.Select(ColumnOf).Distinct()];
        var table = new TextTable([title, .. columns.SelectMany(static column => (string[])[column, "±"])]);
        foreach (var row in figures.GroupBy(RowOf))
        {
            table.Add([row.Key, .. columns.SelectMany(column =>
                Cells(row.FirstOrDefault(figure => ColumnOf(figure) == column)))]);
        }

        output.WriteLine();
        foreach (var line in table.Lines(width: 140)) output.WriteLine(line);
    }

    /// <summary>A value with its unit.</summary>
    public static string Text(double value, string unit) => unit switch
    {
        "B" when Math.Abs(value) < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{value:#,0} B"),
        "B" => new Bytes((long)value).ToString(),
        "1/s" => Quantities.Rate(value),
        "" => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}"),
    };

    static string[] Cells(Figure? figure) => figure switch
    {
        null or { Rounds.Count: 0 } => ["-", ""],
        { Rounds.Count: 1 } => [Text(figure.Median, figure.Unit), ""],
        _ => [Text(figure.Median, figure.Unit),
            string.Create(CultureInfo.InvariantCulture, $"{figure.Spread * 100:0.0} %")],
    };

    static string RowOf(Figure figure) => figure.Name[..figure.Name.LastIndexOf('/')];

    static string ColumnOf(Figure figure) => figure.Name[(figure.Name.LastIndexOf('/') + 1)..];
}
