namespace LeanLoad.Benchmarks.Processes;

/// <summary>Collects the values of figures, round after round, in the order in which they first came.</summary>
sealed class FigureLog
{
    readonly Dictionary<string, (string Unit, Better Better, List<double> Rounds)> figures = [];

    /// <summary>All that was measured.</summary>
    public IReadOnlyList<Figure> Figures =>
        [.. figures.Select(static one => new Figure(one.Key, one.Value.Unit, one.Value.Better, one.Value.Rounds))];

    /// <summary>Adds a round's value; null where it could not be measured.</summary>
    public void Add(string name, string unit, Better better, double? value)
    {
        if (value is not { } known) return;
        if (!figures.TryGetValue(name, out var figure)) figures.Add(name, figure = (unit, better, []));
        figure.Rounds.Add(known);
    }
}
