using LeanLoad.Diagnostics;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>What became of one of several scenarios that ran side by side.</summary>
/// <param name="Defined">What it was to be.</param>
/// <param name="Books">What became of its planned iterations, over the whole run.</param>
/// <param name="Time">Its iterations, from first step to last, of the last epoch; null where there is none.</param>
/// <param name="PerSecond">Iterations that ended per second of its own time, of the last epoch.</param>
sealed record ScenarioRow(ScenarioDefined Defined, Books Books, Times? Time, double PerSecond)
{
    /// <summary>
    /// The most users that ran at a time: fewer than planned where not all were let in, or some failed to start; others
    /// after a live change. Null where an older agent does not say.
    /// </summary>
    public int? MostUsers { get; init; }

    /// <summary>Its users, for people: what ran, and what was planned where that is another number.</summary>
    public string UsersText => MostUsers is { } most && most != Defined.Users
        ? $"{Quantities.Count(most)} ({Quantities.Count(Defined.Users)} planned)" : Quantities.Count(Defined.Users);

    /// <summary>Its model, for people.</summary>
    public string Model => Defined.IsOpen ? "open" : "closed";

    /// <summary>Sums one up.</summary>
    /// <param name="defined">What it was to be.</param>
    /// <param name="books">Its books.</param>
    /// <param name="endedAt">When it was over, since the load began; null: as planned, or at the load's end.</param>
    /// <param name="iterations">Of the last epoch, by the scope of their task.</param>
    /// <param name="epochBegan">When that epoch began, since the load began.</param>
    /// <param name="loadTime">How long it lasted.</param>
    public static ScenarioRow Of(
        ScenarioDefined defined, Books books, TimeSpan? endedAt, IReadOnlyDictionary<int, IterationStats> iterations,
        TimeSpan epochBegan, TimeSpan loadTime)
    {
        var all = new IterationStats();
        foreach (var task in defined.Tasks)
        {
            if (iterations.TryGetValue(task, out var stats)) all.Merge(stats);
        }

        var seconds = OwnTime(defined, endedAt, epochBegan, loadTime).TotalSeconds;
        return new ScenarioRow(
            defined, books, Times.Of(all.Time), seconds > 0 ? all.Iterations / seconds : 0);
    }

    /// <summary>How long one lasted within an epoch: what its throughput refers to.</summary>
    /// <param name="defined">What it was to be.</param>
    /// <param name="endedAt">When it was over, since the load began; null: as planned, or at the load's end.</param>
    /// <param name="epochBegan">When that epoch began, since the load began.</param>
    /// <param name="loadTime">How long it lasted, or has lasted so far.</param>
    public static TimeSpan OwnTime(
        ScenarioDefined defined, TimeSpan? endedAt, TimeSpan epochBegan, TimeSpan loadTime)
    {
        var began = defined.After > epochBegan ? defined.After : epochBegan;
        var ended = epochBegan + loadTime;
        if (defined.After + defined.Duration is { } planned && planned < ended) ended = planned;
        if (endedAt < ended) ended = endedAt.Value;
        return ended > began ? ended - began : TimeSpan.Zero;
    }
}
