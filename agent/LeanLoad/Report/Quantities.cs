using System.Globalization;

namespace LeanLoad.Report;

/// <summary>How figures read: with a unit, to three digits, the same in every language.</summary>
static class Quantities
{
    /// <summary>A time: <c>85 us</c>, <c>1.23 ms</c>, <c>45.6 s</c>; never rounded to 0.</summary>
    public static string Time(double us) => us switch
    {
        < 0.5 => "0 us",
        < 999.5 => $"{Digits(us, 0)} us",
        < 999_500 => $"{ThreeDigits(us / 1e3)} ms",
        _ => $"{ThreeDigits(us / 1e6)} s",
    };

    /// <summary>A time, or a dash where it is unknown.</summary>
    public static string Time(double? us) => us is { } known ? Time(known) : "-";

    /// <summary>A span of a run: <c>21 ms</c>, <c>0.4 s</c>, <c>12 s</c>, <c>1m 05s</c>, <c>2h 03m</c>.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 0.0995 => $"{Digits(span.TotalMilliseconds, 0)} ms",
        < 9.95 => $"{Digits(span.TotalSeconds, 1)} s",
        < 59.5 => $"{Digits(span.TotalSeconds, 0)} s",
        < 3599.5 => Pair(Math.Round(span.TotalSeconds), 60, "m", "s"),
        _ => Pair(Math.Round(span.TotalMinutes), 60, "h", "m"),
    };

    /// <summary>A count: <c>1,234,567</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>
    /// How many users there were at a moment: <c>with 40 users running</c>, <c>while no user was running</c>.
    /// </summary>
    public static string Running(int users) => users switch
    {
        // A peak of the bootstrap, or of a collection that came after the last user had left.
        0 => "while no user was running",
        _ => $"with {Counted.Of(users, "user")} running",
    };

    /// <summary>A throughput: <c>0.25</c>, <c>25.0</c>, <c>1,234</c>.</summary>
    public static string Rate(double perSecond) =>
        perSecond >= 999.5 ? perSecond.ToString("N0", CultureInfo.InvariantCulture) : ThreeDigits(perSecond);

    /// <summary>
    /// A part of a whole: <c>34 %</c>, <c>&lt;1 %</c>, <c>&gt;99 %</c>; a dash where there is no whole.
    /// </summary>
    public static string Share(double part, double whole)
    {
        if (whole <= 0) return "-";
        var percent = 100 * part / whole;
        return percent switch
        {
            > 0 and < 0.5 => "<1 %",
            > 99.5 and < 100 => ">99 %",
            _ => $"{Digits(percent, 0)} %",
        };
    }

    static string Pair(double total, int unit, string large, string small)
    {
        var (whole, rest) = Math.DivRem((long)total, unit);
        return string.Create(CultureInfo.InvariantCulture, $"{whole}{large} {rest:00}{small}");
    }

    static string ThreeDigits(double value) => Digits(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);

    static string Digits(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
