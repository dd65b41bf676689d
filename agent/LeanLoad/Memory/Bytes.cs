using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad;

/// <summary>
/// An amount of memory or data, in bytes. Written with a binary unit (<c>64MiB</c>) or a decimal one (<c>64MB</c>);
/// never as a bare number.
/// </summary>
/// <param name="Count">The number of bytes; negative for a decrease.</param>
public readonly record struct Bytes(long Count) : IComparable<Bytes>
{
    static readonly (string Suffix, long Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("B", 1),
    ];

    /// <summary>No bytes.</summary>
    public static Bytes Zero => default;

    /// <summary><paramref name="count"/> times 1,024 bytes.</summary>
    public static Bytes FromKiB(double count) => new(checked((long)(count * 1024)));

    /// <summary><paramref name="count"/> times 1,048,576 bytes.</summary>
    public static Bytes FromMiB(double count) => new(checked((long)(count * 1048576)));

    /// <summary>This amount in MiB.</summary>
    public double MiB => Count / 1048576.0;

    /// <summary>Reads <c>64MiB</c>, <c>1.5 GB</c> or <c>512 B</c>: a number that is not negative, and a unit.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="value">The amount.</param>
    /// <param name="problem">On failure, what is wrong with <paramref name="text"/>, to follow the option's name and
    /// value.</param>
    public static bool TryParse(string text, out Bytes value, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        var trimmed = text.AsSpan().Trim();
        foreach (var (suffix, factor) in Units)
        {
            if (!trimmed.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var digits = trimmed[..^suffix.Length].TrimEnd();
            if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                break;
            }

            if (number * factor >= long.MaxValue)
            {
                problem = "is larger than any memory";
                return false;
            }

            value = new Bytes((long)Math.Round(number * factor));
            problem = null;
            return true;
        }

        problem = "is not a size; write a number and a unit: B, KiB, MiB, GiB, kB, MB or GB, such as 64MiB";
        return false;
    }

    /// <summary>
    /// The amount with the binary unit that leaves one to four digits before the point: <c>1.5 MiB</c>.
    /// </summary>
    public override string ToString()
    {
        var size = Math.Abs((double)Count);
        var (divisor, unit) = size switch
        {
            < 1024 => (1.0, "B"),
            < 1024 * 1024 => (1024.0, "KiB"),
            < 1024.0 * 1024 * 1024 => (1048576.0, "MiB"),
            _ => (1073741824.0, "GiB"),
        };
        var value = Count / divisor;
        var format = divisor == 1 || Math.Abs(value) >= 100 ? "0" : "0.0";
        return string.Create(CultureInfo.InvariantCulture,
            $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}");
    }

    /// <inheritdoc/>
    public int CompareTo(Bytes other) => Count.CompareTo(other.Count);

    /// <summary>The sum.</summary>
    public static Bytes operator +(Bytes left, Bytes right) => new(left.Count + right.Count);

    /// <summary>The difference; may be negative.</summary>
    public static Bytes operator -(Bytes left, Bytes right) => new(left.Count - right.Count);

    /// <summary>The amount <paramref name="factor"/> times.</summary>
    public static Bytes operator *(Bytes amount, double factor) => new((long)(amount.Count * factor));

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Bytes left, Bytes right) => left.Count < right.Count;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Bytes left, Bytes right) => left.Count > right.Count;

    /// <summary>Whether the left amount is smaller or equal.</summary>
    public static bool operator <=(Bytes left, Bytes right) => left.Count <= right.Count;

    /// <summary>Whether the left amount is larger or equal.</summary>
    public static bool operator >=(Bytes left, Bytes right) => left.Count >= right.Count;
}
