namespace LeanLoad.Bootstraps;

/// <summary>
/// How fast memory is taken: by the last hundredth of a second or by the one under way, whichever shows more. In less
/// time what a few threads take as they start would look like a flood.
/// </summary>
struct Pace
{
    static readonly TimeSpan Window = TimeSpan.FromMilliseconds(10);

    Bytes taken;
    TimeSpan began;
    double before;

    /// <summary>Adds what was taken since the last look; less than nothing where it was given back.</summary>
    /// <param name="more">That.</param>
    /// <param name="at">Now, on any clock that does not go back.</param>
    /// <returns>Bytes per second; zero at the least.</returns>
    public double Add(Bytes more, TimeSpan at)
    {
        taken += more;
        var elapsed = at - began;
        var now = Math.Max(0, taken.Count / Math.Max(elapsed.TotalSeconds, Window.TotalSeconds));
        var fastest = Math.Max(before, now);
        if (elapsed >= Window) (before, began, taken) = (now, at, Bytes.Zero);
        return fastest;
    }
}
