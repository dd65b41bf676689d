using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>
/// A histogram as a report shows it, in microseconds; percentiles by <see cref="LatencyHistogram.Percentile"/>.
/// </summary>
/// <param name="Count">Times there are; 1 or more.</param>
/// <param name="MeanUs">Their mean.</param>
/// <param name="P50Us">Half of them are no longer.</param>
/// <param name="P90Us">Nine in ten are no longer.</param>
/// <param name="P95Us">19 in twenty are no longer.</param>
/// <param name="P99Us">99 in a hundred are no longer.</param>
/// <param name="P999Us">999 in a thousand are no longer.</param>
/// <param name="MaxUs">The longest, exact.</param>
/// <param name="Clamped">Times beyond 71 minutes, which percentiles know only as "that long or longer".</param>
readonly record struct Times(
    long Count, double MeanUs, long P50Us, long P90Us, long P95Us, long P99Us, long P999Us, long MaxUs, long Clamped)
{
    /// <summary>The figures of a histogram; null where it is empty.</summary>
    public static Times? Of(LatencyHistogram histogram) => histogram.Count == 0
        ? null
        : new(histogram.Count, histogram.MeanUs, histogram.Percentile(50), histogram.Percentile(90),
            histogram.Percentile(95),
            histogram.Percentile(99), histogram.Percentile(99.9), histogram.MaxUs, histogram.Clamped);
}
