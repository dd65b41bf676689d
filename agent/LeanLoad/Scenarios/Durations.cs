using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad;

/// <summary>
/// Durations that read aloud, <c>1.Seconds()</c>, and that are typed with a unit, <c>30s</c>; never as a bare number.
/// </summary>
public static class Durations
{
    static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    static readonly (string Suffix, double Seconds)[] Units =
        [("ms", 1e-3), ("us", 1e-6), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>This many seconds.</summary>
    public static TimeSpan Seconds(this int count) => TimeSpan.FromSeconds(count);

    /// <summary>This many seconds.</summary>
    public static TimeSpan Seconds(this double count) => TimeSpan.FromSeconds(count);

    /// <summary>This many milliseconds.</summary>
    public static TimeSpan Milliseconds(this int count) => TimeSpan.FromMilliseconds(count);

    /// <summary>Reads <c>30s</c>, <c>1.5h</c>, <c>250ms</c> or a sum such as <c>1m30s</c>.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="value">The duration; zero or more, at most 365 days.</param>
    /// <param name="problem">On failure, what is wrong with <paramref name="text"/>, to follow the option's name and
    /// value.</param>
    public static bool TryParse(string text, out TimeSpan value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        problem = "is not a duration; write a number and a unit: ms, s, m or h, such as 30s or 1m30s";
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty) return false;
        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Number);
            if (digits <= 0) return false;
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number))
            {
                return false;
            }

            rest = rest[digits..];
            if (!TryTakeUnit(ref rest, out var factor)) return false;
            seconds += number * factor;
        }

        if (seconds > TimeSpan.FromDays(365).TotalSeconds)
        {
            problem = "is longer than 365 days";
            return false;
        }

        value = TimeSpan.FromSeconds(seconds);
        problem = null;
        return true;
    }

    static bool TryTakeUnit(ref ReadOnlySpan<char> rest, out double factor)
    {
        foreach (var (suffix, seconds) in Units)
        {
            if (!rest.StartsWith(suffix, StringComparison.Ordinal)) continue;
            rest = rest[suffix.Length..];
            factor = seconds;
            return true;
        }

        factor = 0;
        return false;
    }
}
