namespace LeanLoad;

/// <summary>
/// How much load there is at each time, as a function of the author's: users (<see cref="LoadOptions.Users"/>) or
/// arrivals per second (<see cref="LoadOptions.Rate"/>). It is asked for all its levels once, before the run: so the
/// highest is known before the first user starts, and when an arrival is due depends on nothing that happens. It is
/// looked at each second, a hundred times where it lasts less than 100 s, 10,000 times at most; between two looks the
/// level goes in a straight line.
/// </summary>
/// <example><code>
/// sealed class Waves : LoadShape
/// {
///     public override TimeSpan Duration => 600.Seconds();
///
///     public override double LevelAt(TimeSpan time) => 50 + 40 * Math.Sin(time.TotalMinutes * Math.Tau);
/// }
/// </code></example>
public abstract class LoadShape
{
    /// <summary>When it is over, and the run with it; more than zero.</summary>
    public abstract TimeSpan Duration { get; }

    /// <summary>Users, or arrivals per second; 0 or more, up to 1,000,000. The same for the same time.</summary>
    /// <param name="time">From zero to <see cref="Duration"/>.</param>
    public abstract double LevelAt(TimeSpan time);
}
