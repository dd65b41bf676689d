using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad.Stats;

/// <summary>What a threshold looks at.</summary>
enum ThresholdMetric : byte
{
    /// <summary>A percentile of times, in microseconds.</summary>
    Percentile,
    Mean,
    Max,

    /// <summary>Requests that failed, or iterations where there are no requests; as a number.</summary>
    Failures,

    /// <summary>The same as a share of all, in percent.</summary>
    FailureShare,

    /// <summary>Requests that ended.</summary>
    Requests,

    /// <summary>Requests that ended per second.</summary>
    Throughput,

    /// <summary>Iterations that were due and did not begin.</summary>
    Late,

    /// <summary>Iterations that were dropped.</summary>
    Dropped,
}

/// <summary>
/// What must not be: <c>p99 &gt; 200ms</c>, <c>failures &gt; 1%</c>, <c>Registry: p95 &gt; 50ms</c>, <c>service p99
/// &gt; 20ms</c>, <c>throughput &lt; 100/s</c>.
/// </summary>
/// <param name="Text">As it was written.</param>
/// <param name="Name">The request or task it is about; null: all together.</param>
/// <param name="IsService">Whether it is about service times, sent to completed, instead of response times.</param>
/// <param name="Metric">What it looks at.</param>
/// <param name="Percent">Of a percentile, which.</param>
/// <param name="IsAbove">Whether more than <paramref name="Value"/> fails; else less.</param>
/// <param name="IsEqualToo">Whether the value itself fails too.</param>
/// <param name="Value">Microseconds, a number, percent, or per second.</param>
sealed record Threshold(
    string Text, string? Name, bool IsService, ThresholdMetric Metric, double Percent, bool IsAbove, bool IsEqualToo,
    double Value)
{
    const string Example = "write what must not be, such as \"p99 > 200ms\", \"failures > 1%\", \"throughput < "
        + "100/s\" or \"Registry: p95 > 50ms\"";

    /// <summary>Whether it may be judged before the end: what only grows, or is a share of enough.</summary>
    public bool CanFailEarly => IsAbove;

    /// <summary>Whether a figure is what must not be.</summary>
    public bool Fails(double figure) =>
        IsAbove ? figure > Value || (IsEqualToo && figure == Value) : figure < Value || (IsEqualToo && figure == Value);

    /// <summary>Reads one; the problem follows the option's name and value.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Threshold? threshold, [NotNullWhen(false)] out string? problem)
    {
        threshold = null;
        problem = $"is not a threshold; {Example}";
        var at = text.AsSpan().IndexOfAny('<', '>');
        if (at <= 0 || at == text.Length - 1) return false;
        var isEqualToo = text[at + 1] == '=';
        var (left, right) = (text[..at].Trim(), text[(at + (isEqualToo ? 2 : 1))..].Trim());
        // A request's name may hold colons of its own: the last one ends it.
        var colon = left.LastIndexOf(':');
        var name = colon > 0 ? left[..colon].Trim() : null;
        var metric = left[(colon + 1)..].Trim().ToLowerInvariant();
        var isService = metric.StartsWith("service ", StringComparison.Ordinal);
        if (isService) metric = metric["service ".Length..].Trim();
        else if (metric.StartsWith("response ", StringComparison.Ordinal)) metric = metric["response ".Length..].Trim();

        var percent = 0.0;
        ThresholdMetric? kind = metric switch
        {
            "mean" => ThresholdMetric.Mean,
            "max" => ThresholdMetric.Max,
            "failures" => right.EndsWith('%') ? ThresholdMetric.FailureShare : ThresholdMetric.Failures,
            "requests" => ThresholdMetric.Requests,
            "throughput" => ThresholdMetric.Throughput,
            "late" => ThresholdMetric.Late,
            "dropped" => ThresholdMetric.Dropped,
            ['p', .. var rank] when TryNumber(rank, out percent) && percent is > 0 and <= 100 =>
                ThresholdMetric.Percentile,
            _ => null,
        };
        if (kind is not { } known)
        {
            problem = "names no figure; there are p50 to p99.99, mean, max, failures, requests, throughput, late "
                + $"and dropped: {Example}";
            return false;
        }

        if (!TryValue(known, right, out var value, ref problem)) return false;
        if (isService && known > ThresholdMetric.Max)
        {
            problem = "asks for service times of what is no time";
            return false;
        }

        if (name is not null && known is ThresholdMetric.Late or ThresholdMetric.Dropped)
        {
            problem = "asks for arrivals of a name; they are counted all together";
            return false;
        }

        threshold = new(text.Trim(), name, isService, known, percent, text[at] == '>', isEqualToo, value);
        problem = null;
        return true;
    }

    static bool TryValue(ThresholdMetric metric, string text, out double value, ref string problem)
    {
        value = 0;
        switch (metric)
        {
            case <= ThresholdMetric.Max:
                if (!Durations.TryParse(text, out var time, out _))
                {
                    problem = "compares a time with what is none; write a unit, such as 200ms";
                    return false;
                }

                value = time.TotalMicroseconds;
                return true;
            case ThresholdMetric.FailureShare:
                return TryNumber(text.TrimEnd('%').TrimEnd(), out value) && value is >= 0 and <= 100;
            case ThresholdMetric.Throughput:
                if (Rates.TryParse(text, out value)) return true;
                problem = "compares a throughput with what is no rate; write a unit: s, m or h, such as 100/s";
                return false;
            default:
                return TryNumber(text, out value) && value >= 0;
        }
    }

    static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
