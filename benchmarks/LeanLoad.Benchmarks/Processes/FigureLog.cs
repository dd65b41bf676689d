namespace LeanLoad.Benchmarks.Processes;

/// <summary>Collects the values of figures, round after round, in the order in which they first came.</summary>
sealed class FigureLog
{
    readonly OrderedDictionary<string, (string Unit, Better Better, List<double> Rounds)> figures = [];

    /// <summary>All that was measured.</summary>
    public IReadOnlyList<Figure> Figures => [.. figures.Keys.Select(name => Find(name)!)];

    /// <summary>One of them; null where it was never measured.</summary>
    public Figure? Find(string name) =>
        figures.TryGetValue(name, out var one) ? new Figure(name, one.Unit, one.Better, one.Rounds) : null;

    /// <summary>Adds a round's value; null where it could not be measured.</summary>
    public void Add(string name, string unit, Better better, double? value)
    {
        if (value is not { } known) return;
        if (!figures.TryGetValue(name, out var figure)) figures.Add(name, figure = (unit, better, []));
        figure.Rounds.Add(known);
    }

    /// <summary>
    /// Adds how one figure stands to another, each round for itself: what the machine did meanwhile it did to both.
    /// </summary>
    public void AddRatio(string name, string figure, string baseline)
    {
        foreach (var (one, other) in figures[figure].Rounds.Zip(figures[baseline].Rounds))
        {
            Add(name, "", figures[figure].Better, one / other);
        }
    }
}
