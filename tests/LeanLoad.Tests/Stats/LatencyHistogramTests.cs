using CsCheck;
using HdrHistogram;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Stats;

public sealed class LatencyHistogramTests
{
    static readonly long[] Edges = [0, 1, 127, 128, 255, 256, uint.MaxValue - 1L, uint.MaxValue, 1L << 32, 1L << 40];

    // Evenly over the orders of magnitude, as latencies are, with the edges.
    static readonly Gen<long> Time = Gen.Frequency(
        (20, Gen.Double[0, 32].Select(exponent => (long)Math.Pow(2, exponent) - 1)),
        (1, Gen.Int[0, Edges.Length - 1].Select(edge => Edges[edge])));

    static readonly Gen<long[]> Times = Time.Array[0, 400];

    [Fact]
    public void Every_time_lies_in_the_bucket_that_claims_it()
    {
        long[] edges = [.. Enumerable.Range(0, 33)
            .SelectMany(shift => new[] { (1L << shift) - 1, 1L << shift, (1L << shift) + 1 })];
        foreach (var us in edges.Where(us => us <= LatencyHistogram.HighestUs))
        {
            var index = LatencyHistogram.IndexOf(us);
            Assert.InRange(us, index == 0 ? 0 : LatencyHistogram.UpperBoundUs(index - 1) + 1,
                LatencyHistogram.UpperBoundUs(index));
        }

        Assert.Equal(LatencyHistogram.BucketCount - 1, LatencyHistogram.IndexOf(LatencyHistogram.HighestUs));
        Assert.Equal(LatencyHistogram.HighestUs, LatencyHistogram.UpperBoundUs(LatencyHistogram.BucketCount - 1));
    }

    [Fact]
    public void No_bucket_is_wider_than_one_percent_and_below_256_us_each_is_exact()
    {
        for (var index = 1; index < LatencyHistogram.BucketCount; index++)
        {
            var (lowest, highest) =
                (LatencyHistogram.UpperBoundUs(index - 1) + 1, LatencyHistogram.UpperBoundUs(index));
            Assert.True(highest - lowest <= lowest * 0.01, $"bucket {index} holds {lowest} to {highest} us");
            if (highest < 256) Assert.Equal(lowest, highest);
        }
    }

    [Fact]
    public void Percentiles_are_within_one_percent_of_the_exact_nearest_rank_and_never_above_the_maximum() =>
        Times.Sample(times =>
    {
        if (times.Length == 0) return true;
        var histogram = Of(times);
        var sorted = times.Order().ToArray();
        return new[] { 0, 1, 50, 90, 99, 99.9, 100 }.All(percent =>
        {
            var exact = sorted[Math.Max(1, (int)Math.Ceiling(percent * sorted.Length / 100 - 1e-9)) - 1];
            var actual = histogram.Percentile(percent);
            var least = Math.Min(exact, LatencyHistogram.HighestUs);
            return actual >= least && actual <= least * 1.01 && actual <= histogram.MaxUs;
        });
    });

    [Fact]
    public void Percentiles_agree_with_HdrHistogram() =>
        Time.Where(us => us is > 0 and <= LatencyHistogram.HighestUs).Array[1, 400].Sample(times =>
    {
        var ours = Of(times);
        var oracle = new LongHistogram(1, LatencyHistogram.HighestUs, numberOfSignificantValueDigits: 3);
        foreach (var us in times) oracle.RecordValue(us);
        return new double[] { 50, 75, 90, 99, 100 }.All(percent =>
        {
            // HdrHistogram takes the rank rounded, we the nearest rank: ask it for the middle of our rank, where both
            // agree.
            var rank = Math.Max(1, Math.Ceiling(percent * times.Length / 100 - 1e-9));
            var theirs = oracle.GetValueAtPercentile(100 * rank / times.Length);
            return Math.Abs(ours.Percentile(percent) - theirs) <= 0.01 * theirs + 1;
        });
    });

    [Fact]
    public void Count_sum_minimum_and_maximum_are_exact() => Times.Sample(times =>
    {
        var histogram = Of(times);
        return histogram.Count == times.Length && histogram.SumUs == times.Sum()
            && histogram.MinUs == times.DefaultIfEmpty().Min() && histogram.MaxUs == times.DefaultIfEmpty().Max()
            && histogram.Clamped == times.Count(us => us > LatencyHistogram.HighestUs);
    });

    [Fact]
    public void Merging_is_the_same_as_recording_everything_in_one() => Gen.Select(Times, Times).Sample((left, right) =>
    {
        var merged = Of(left);
        merged.Merge(Of(right));
        return merged.Equals(Of([.. left, .. right]));
    });

    [Fact]
    public void Histograms_of_any_number_of_loops_or_agents_merge_to_that_of_all_samples() =>
        Gen.Select(Gen.Int[1, 8], Time.Array[0, 2000], Gen.Int[0, int.MaxValue - 1]).Sample((parts, times, seed) =>
        {
            // Each sample is some part's; the parts are merged in an order of their own.
            var random = new Random(seed);
            var split = Enumerable.Range(0, parts).Select(static _ => new LatencyHistogram()).ToArray();
            foreach (var us in times) split[random.Next(parts)].Record(us);
            random.Shuffle(split);
            var merged = new LatencyHistogram();
            foreach (var part in split) merged.Merge(part);
            return merged.Equals(Of(times)) && Listed(merged).SequenceEqual(Listed(Of(times)));
        });

    [Fact]
    public void A_histogram_put_together_from_its_buckets_is_the_same() => Times.Sample(times =>
    {
        var (histogram, copy) = (Of(times), new LatencyHistogram());
        foreach (var (index, count) in histogram.Buckets) copy.AddBucket(index, count);
        if (times.Length > 0) copy.AddBounds(histogram.SumUs, histogram.MinUs, histogram.MaxUs, histogram.Clamped);
        return copy.Equals(histogram) && histogram.Buckets.Current == default;
    });

    [Fact]
    public void After_a_reset_nothing_is_left() => Gen.Select(Times, Times).Sample((before, after) =>
    {
        var histogram = Of(before);
        histogram.AddBucket(5, uint.MaxValue);
        histogram.AddBucket(5, 10);
        histogram.Reset();
        if (!histogram.Equals(new LatencyHistogram())) return false;
        foreach (var us in after) histogram.Record(us);
        return histogram.Equals(Of(after));
    });

    [Fact]
    public void Equal_counts_in_other_buckets_are_not_equal() => Assert.NotEqual(Of([1, 4, 4]), Of([2, 3, 4]));

    [Theory]
    [InlineData(uint.MaxValue, 1L << 32)]
    [InlineData(uint.MaxValue - 1L, uint.MaxValue)]
    [InlineData((5L << 32) - 1, 5L << 32)]
    public void A_bucket_counts_beyond_32_bits(long before, long after)
    {
        var histogram = new LatencyHistogram();
        histogram.AddBucket(LatencyHistogram.IndexOf(1000), before);
        histogram.Record(1000);
        histogram.Record(2000);
        Assert.Equal(
            [new(LatencyHistogram.IndexOf(1000), after), new(LatencyHistogram.IndexOf(2000), 1)],
            Listed(histogram));
        Assert.Equal(after + 1, histogram.Count);
        Assert.InRange(histogram.Percentile(50), 1000, 1010);
    }

    [Fact]
    public void A_negative_time_counts_as_zero()
    {
        var histogram = Of([-5]);
        Assert.Equal((1, 0, 0, 0), (histogram.Count, histogram.SumUs, histogram.MaxUs, histogram.Clamped));
    }

    [Fact]
    public void An_empty_one_has_no_percentile_but_zero()
    {
        Assert.Equal(0, new LatencyHistogram().Percentile(99));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyHistogram().Percentile(101));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyHistogram().Percentile(double.NaN));
    }

    [Fact]
    public void The_rank_of_a_decimal_percentage_is_not_off_by_one()
    {
        var histogram = new LatencyHistogram();
        for (var us = 1; us <= 200; us++) histogram.Record(us);
        Assert.Equal(199, histogram.Percentile(99.5));
        Assert.Equal(58, histogram.Percentile(29));
        Assert.Equal(14, histogram.Percentile(7));
    }

    [Fact]
    public void Recording_resetting_and_walking_allocate_nothing_once_the_pages_are_there()
    {
        var (histogram, total) = (Of([1, 200, 5_000, 90_000]), Of([1, 200, 5_000, 90_000]));
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            histogram.Record(3);
            histogram.Record(5_001);
            total.Merge(histogram);
            histogram.Percentile(99);
            histogram.Reset();
        }
    }

    [Fact]
    public void What_was_reserved_for_changes_nothing_and_is_merged_without_a_byte()
    {
        var (histogram, other) = (Of([1, 200]), Of([1, 5_000, 90_000]));
        other.Reset();
        other.Record(90_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        histogram.ReserveFor(other);
        Assert.Equal(536, GC.GetAllocatedBytesForCurrentThread() - before);

        Assert.Equal(Of([1, 200]), histogram);
        before = GC.GetAllocatedBytesForCurrentThread();
        histogram.Merge(other);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Of([1, 200, 90_000]), histogram);
    }

    [Fact]
    public void Memory_is_what_the_documentation_says()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var histogram = new LatencyHistogram();
        var empty = GC.GetAllocatedBytesForCurrentThread() - before;
        histogram.Record(1000);
        var page = GC.GetAllocatedBytesForCurrentThread() - before - empty;
        Assert.Equal(304, empty);
        Assert.Equal(536, page);
    }

    static LatencyHistogram Of(ReadOnlySpan<long> times)
    {
        var histogram = new LatencyHistogram();
        foreach (var us in times) histogram.Record(us);
        return histogram;
    }

    static List<HistogramBucket> Listed(LatencyHistogram histogram)
    {
        var buckets = new List<HistogramBucket>();
        foreach (var bucket in histogram.Buckets) buckets.Add(bucket);
        return buckets;
    }
}
