namespace LeanLoad.Load;

/// <summary>
/// One stretch of a <see cref="LoadCurve"/>: the level goes in a straight line from where it was to
/// <paramref name="Target"/>.
/// </summary>
/// <param name="Duration">How long it takes; zero is a jump.</param>
/// <param name="Target">The level at its end: users, or arrivals per second; 0 or more.</param>
readonly record struct Stage(TimeSpan Duration, double Target);

/// <summary>Where a shape goes at a time.</summary>
enum Trend : byte
{
    Steady,
    Rising,
    Falling,
}
