using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace LeanLoad.Judge;

/// <summary>How long the collector had held everything up at a moment, as the hungry agent's witness wrote it down.
/// </summary>
/// <param name="At">By the machine's own clock (<see cref="System.Diagnostics.Stopwatch"/>), which all processes share.
/// </param>
/// <param name="Paused">Since the process began.</param>
readonly record struct CollectorSample(TimeSpan At, TimeSpan Paused)
{
    /// <summary>The witness's whole samples; none where it wrote nothing.</summary>
    public static IReadOnlyList<CollectorSample> ReadAll(string path)
    {
        if (!File.Exists(path)) return [];
        var bytes = File.ReadAllBytes(path);
        var ticks = MemoryMarshal.Cast<byte, long>(bytes.AsSpan(0, bytes.Length & ~15));
        var samples = new CollectorSample[ticks.Length / 2];
        for (var at = 0; at < samples.Length; at++)
        {
            samples[at] = new(new TimeSpan(ticks[at * 2]), new TimeSpan(ticks[at * 2 + 1]));
        }

        return samples;
    }
}

/// <summary>
/// How long a run stood still, in seconds: at worst a heap at its limit collects for ever, and neither ends nor fails.
/// </summary>
/// <param name="Collecting">The longest stretch in each second of which the collector took more than three fifths: what
/// the agent itself takes for thrashing. From the first pause in it to the last.</param>
/// <param name="Pause">The longest time between two samples, 50 ms apart, that all of it was paused.</param>
/// <param name="Silence">The longest time without a sign of life: a sample, or a record of the journal.</param>
readonly record struct Standstill(double Collecting, double Pause, double Silence)
{
    /// <summary>Seconds; beyond that a run thrashes, or hangs.</summary>
    public const double Most = 5;

    const double MostOfTime = 0.6;

    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Whether anything took longer than it may.</summary>
    [JsonIgnore]
    public bool IsTooLong => Collecting > Most || Silence > Most;

    /// <summary>Of a run.</summary>
    /// <param name="samples">What its witness saw, in order.</param>
    /// <param name="ended">When the process ended, by the same clock.</param>
    /// <param name="records">When its journal's records were written, from the first phase to the last record.</param>
    public static Standstill Of(
        IReadOnlyList<CollectorSample> samples, TimeSpan ended, IReadOnlyList<TimeSpan> records)
    {
        // What the collector did since the last sample nobody saw: it counts as silence.
        IEnumerable<TimeSpan> seen = samples.Count > 0 ? samples.Select(static one => one.At).Append(ended) : [];
        return new(LongestCollecting(samples).TotalSeconds, LongestPause(samples).TotalSeconds,
            Math.Max(LongestGap(seen), LongestGap(records)));
    }

    static TimeSpan LongestCollecting(IReadOnlyList<CollectorSample> samples)
    {
        var (longest, begin) = (TimeSpan.Zero, (int?)null);
        var last = 0;
        for (var first = 0; first < samples.Count; first++)
        {
            while (last < samples.Count - 1 && samples[last].At - samples[first].At < Window) last++;
            var (window, paused) =
                (samples[last].At - samples[first].At, samples[last].Paused - samples[first].Paused);
            if (window < Window) break;
            if (paused <= window * MostOfTime)
            {
                begin = null;
                continue;
            }

            begin ??= first;
            var length = Trimmed(samples, begin.Value, last);
            if (length > longest) longest = length;
        }

        return longest;
    }

    // A window that is mostly collecting may begin and end with work.
    static TimeSpan Trimmed(IReadOnlyList<CollectorSample> samples, int first, int last)
    {
        while (samples[first + 1].Paused == samples[first].Paused) first++;
        while (samples[last - 1].Paused == samples[last].Paused) last--;
        return samples[last].At - samples[first].At;
    }

    static TimeSpan LongestPause(IReadOnlyList<CollectorSample> samples)
    {
        var longest = TimeSpan.Zero;
        for (var at = 1; at < samples.Count; at++)
        {
            var paused = samples[at].Paused - samples[at - 1].Paused;
            if (paused > longest) longest = paused;
        }

        return longest;
    }

    static double LongestGap(IEnumerable<TimeSpan> moments)
    {
        var (longest, last) = (TimeSpan.Zero, TimeSpan.MaxValue);
        foreach (var moment in moments)
        {
            if (moment - last > longest) longest = moment - last;
            last = moment;
        }

        return longest.TotalSeconds;
    }
}
