namespace LeanLoad;

/// <summary>
/// The load of one of several scenarios that run side by side, for <see cref="LoadOptions.Loads"/>; as <c>--load</c>
/// has it. With <see cref="RatePerSecond"/>, or stages or a shape of rates, its model is open, else closed.
/// </summary>
public sealed record ScenarioLoad
{
    /// <summary>
    /// Users of a closed model, from 1 to 1,000,000; of an open one the pool that takes the arrivals, and required.
    /// Null: 1, or as many as its classes of a fixed number need.
    /// </summary>
    public int? Users { get; init; }

    /// <summary>Users started per second; null: all at once.</summary>
    public double? RampPerSecond { get; init; }

    /// <summary>Arrivals per second, whatever is answered; null: the model is closed, or its stages say.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Users or arrival rates over time, as <c>--stages</c> has them: <c>30s:100,5m:100</c>; null: none.
    /// </summary>
    public string? Stages { get; init; }

    /// <summary>Users over time, as a function; null: none.</summary>
    public LoadShape? UserShape { get; init; }

    /// <summary>Arrivals per second over time, as a function; null: none.</summary>
    public LoadShape? RateShape { get; init; }

    /// <summary>Whether arrivals lie at random, as those of people who know nothing of each other.</summary>
    public bool IsPoisson { get; init; }

    /// <summary>Whether an arrival without a free user is dropped; else it waits and begins late.</summary>
    public bool DropsWhenBusy { get; init; }

    /// <summary>Iterations in total; null: until its time is over.</summary>
    public long? Iterations { get; init; }

    /// <summary>When it begins, since the load began.</summary>
    public TimeSpan After { get; init; }

    /// <summary>How long it lasts; null: as its stages or iterations say, else as <c>--duration</c> does.</summary>
    public TimeSpan? Duration { get; init; }
}
