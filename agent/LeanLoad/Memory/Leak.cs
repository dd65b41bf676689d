namespace LeanLoad.Memory;

/// <summary>Memory that grows over time while the users stay the same, in bytes per second.</summary>
/// <param name="Lower">Where the interval begins; above zero, or there is no leak.</param>
/// <param name="Typical">The slope.</param>
/// <param name="Upper">Where it ends.</param>
/// <param name="Span">How long was looked.</param>
readonly record struct Leak(double Lower, double Typical, double Upper, TimeSpan Span)
{
    /// <summary>When so much room is used up, as it is to be expected.</summary>
    public TimeSpan Fills(Bytes room) => TimeSpan.FromSeconds(Math.Clamp(room.Count / Typical, 0, 1e9));

    /// <summary>What will have been added after a time, at the least.</summary>
    public Bytes LeastAfter(TimeSpan time) => new((long)Math.Min(Lower * time.TotalSeconds, long.MaxValue / 4));
}
