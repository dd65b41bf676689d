namespace LeanLoad;

/// <summary>
/// What a load file itself says about its run, for <see cref="LoadTest.RunAsync(string[], LoadOptions)"/>. The command
/// line and the environment win over it; thresholds of both count.
/// </summary>
public sealed record LoadOptions
{
    /// <summary>Users over time, of the closed model; null: as the options say.</summary>
    public LoadShape? Users { get; init; }

    /// <summary>Arrivals per second over time, of the open model, with <c>users</c> as the pool; null: as the options
    /// say.</summary>
    public LoadShape? Rate { get; init; }

    /// <summary>
    /// What must not be, as <c>--fail-if</c> has it: <c>"p99 &gt; 200ms"</c>, <c>"Registry: p95 &gt; 50ms"</c>. Exit
    /// code 99 where one comes true.
    /// </summary>
    public IReadOnlyList<string> FailIf { get; init; } = [];

    /// <summary>Whether the run ends as soon as one of them has failed for sure.</summary>
    public bool FailFast { get; init; }

    /// <summary>
    /// Any other option by its name without dashes, as it would be typed: <c>["stages"] = "30s:100,5m:100"</c>.
    /// </summary>
    public IDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Several scenarios side by side, each with its load, by the name of the scenario or of user classes, as
    /// <c>--scenario</c> has it: <c>["browse"] = new() { Users = 100, RampPerSecond = 10 }</c>.
    /// </summary>
    public IDictionary<string, ScenarioLoad> Loads { get; init; } = new Dictionary<string, ScenarioLoad>();
}
