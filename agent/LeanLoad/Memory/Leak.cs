using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>Memory that grows over time while the users stay the same, in bytes per second.</summary>
/// <param name="Lower">Where the 95 % interval begins; above zero, or there is no leak.</param>
/// <param name="Typical">The slope.</param>
/// <param name="Upper">Where the interval ends.</param>
/// <param name="Span">How long it has been growing so, as far as that is known.</param>
readonly record struct Leak(double Lower, double Typical, double Upper, TimeSpan Span)
{
    /// <summary>When so much room is used up, as it is to be expected.</summary>
    public TimeSpan Fills(Bytes room) => TimeSpan.FromSeconds(Math.Clamp(room.Count / Typical, 0, 1e9));

    /// <summary>What will have been added after a time, at the least.</summary>
    public Bytes LeastAfter(TimeSpan time) => new((long)Math.Min(Lower * time.TotalSeconds, long.MaxValue / 4));

    /// <summary>The slope for people, with its interval: <c>1.2 MiB/s (1.1 MiB/s to 1.3 MiB/s)</c>.</summary>
    public override string ToString()
    {
        var (seconds, unit) = Unit(Typical);
        return $"{Of(Typical)} ({Of(Lower)} to {Of(Upper)})";

        string Of(double perSecond) => $"{new Bytes((long)(perSecond * seconds))}/{unit}";
    }

    /// <summary>A slope for people: <c>1.2 MiB/s</c>, below 64 KiB/s for the hour.</summary>
    public static string PerTime(double perSecond)
    {
        var (seconds, unit) = Unit(perSecond);
        return $"{new Bytes((long)(perSecond * seconds))}/{unit}";
    }

    /// <summary>A time in the future for people, no finer than it is known: <c>40 s</c>, <c>12 min</c>, <c>3 h</c>.
    /// </summary>
    public static string About(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s") : time.TotalMinutes < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h");

    static (int Seconds, string Name) Unit(double perSecond) => perSecond >= 64 << 10 ? (1, "s") : (3600, "h");
}
