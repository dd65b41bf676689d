using System.Numerics;

namespace LeanLoad.Stats;

/// <summary>
/// Times in microseconds, counted in log-linear buckets (after Gil Tene's HdrHistogram): 128 buckets for each power of
/// two, so a bucket is at most 1/128 (0.8 %) as wide as its values are large, and below 256 us it is exact. Range 0 to
/// 2^32 - 1 us (71.6 minutes); longer times count in the last bucket and in <see cref="Clamped"/>. Count, sum, minimum
/// and maximum are exact.
/// </summary>
/// <remarks>
/// Memory: 304 bytes when empty, plus 536 for each power of two that was ever seen: a name whose times lie between 0.5
/// and 16 ms takes 3 kB, the worst case is 14 kB, whatever the number of times recorded. Not thread-safe: it belongs to
/// one loop.
/// </remarks>
sealed class LatencyHistogram : IEquatable<LatencyHistogram>
{
    /// <summary>The longest time with a bucket of its own, in microseconds.</summary>
    public const long HighestUs = uint.MaxValue;

    /// <summary>Buckets there are; indices run from 0 to one less.</summary>
    public const int BucketCount = Pages * PageSize;

    const int PageBits = 7;
    const int PageSize = 1 << PageBits;

    // The page below 128 us, and one for each power of two from 2^7 to 2^31.
    const int Pages = 1 + 32 - PageBits;

    readonly uint[]?[] pages = new uint[Pages][];

    // What overflowed 32 bits, in units of 2^32: null for all but runs of days. Counts of 64 bits would double every
    // histogram for their sake.
    uint[]?[]? carries;

    long min = long.MaxValue;

    public LatencyHistogram()
    {
    }

    /// <param name="reservedUs">Times up to this have their memory from the beginning, so that recording them never
    /// allocates.</param>
    public LatencyHistogram(long reservedUs)
    {
        for (var page = 0; page <= IndexOf(reservedUs) >> PageBits; page++) AddPage(page << PageBits);
    }

    /// <summary>Times recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Their exact sum in microseconds.</summary>
    public long SumUs { get; private set; }

    /// <summary>The shortest, exact; 0 where there is none.</summary>
    public long MinUs => Count == 0 ? 0 : min;

    /// <summary>The longest, exact even beyond <see cref="HighestUs"/>; 0 where there is none.</summary>
    public long MaxUs { get; private set; }

    /// <summary>
    /// Times longer than <see cref="HighestUs"/>, which percentiles know only as "that long or longer".
    /// </summary>
    public long Clamped { get; private set; }

    /// <summary>The mean in microseconds; 0 where there is none.</summary>
    public double MeanUs => Count == 0 ? 0 : (double)SumUs / Count;

    /// <summary>The buckets that are not empty, from short to long.</summary>
    public HistogramBuckets Buckets => new(this);

    /// <summary>Counts one time. A negative one, which no monotonic clock gives, counts as 0.</summary>
    public void Record(long us)
    {
        if ((ulong)us > HighestUs)
        {
            if (us < 0) us = 0;
            else Clamped++;
        }

        var index = IndexOf(us);
        var page = pages[index >> PageBits] ?? AddPage(index);
        if (++page[index & (PageSize - 1)] == 0) Carry(index, 1);
        Count++;
        SumUs += us;
        if (us < min) min = us;
        if (us > MaxUs) MaxUs = us;
    }

    /// <summary>
    /// The time that <paramref name="percent"/> of all times do not exceed, by the nearest rank: the upper bound of the
    /// bucket that holds the time of rank ceiling(percent x count / 100), and never above the maximum. 0 where there is
    /// none.
    /// </summary>
    /// <param name="percent">0 to 100; 0 is the rank 1.</param>
    public long Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(percent is >= 0 and <= 100, true, nameof(percent));
        if (Count == 0) return 0;

        // 99.9 is a little more than 99.9 in binary; a part in 10^12 keeps its rank in 1,000 at 999.
        var exact = percent * Count / 100;
        var rank = Math.Clamp((long)Math.Ceiling(exact - exact * 1e-12), 1, Count);
        foreach (var bucket in Buckets)
        {
            rank -= bucket.Count;
            if (rank <= 0) return Math.Min(UpperBoundUs(bucket.Index), MaxUs);
        }

        return MaxUs;
    }

    /// <summary>
    /// Adds all of another: afterwards this one is what it would be, had it recorded everything itself.
    /// </summary>
    public void Merge(LatencyHistogram other)
    {
        foreach (var bucket in other.Buckets) AddBucket(bucket.Index, bucket.Count);
        AddBounds(other.SumUs, other.min, other.MaxUs, other.Clamped);
    }

    /// <summary>
    /// Takes the memory for all of another, and changes nothing else: after that, <see cref="Merge"/> cannot be refused
    /// any half-way.
    /// </summary>
    public void ReserveFor(LatencyHistogram other)
    {
        if (other.Count == 0) return;
        for (var page = 0; page < Pages; page++)
        {
            if (pages[page] is null && other.pages[page].AsSpan().ContainsAnyExcept(0u)) AddPage(page << PageBits);
        }
    }

    /// <summary>
    /// Adds times known only by their bucket; with <see cref="AddBounds"/>, how a histogram is put together again.
    /// </summary>
    /// <param name="index">0 to <see cref="BucketCount"/> - 1.</param>
    /// <param name="count">1 or more.</param>
    public void AddBucket(int index, long count)
    {
        var page = pages[index >> PageBits] ?? AddPage(index);
        ref var low = ref page[index & (PageSize - 1)];
        var sum = low + (ulong)count;
        low = (uint)sum;
        if (sum > uint.MaxValue) Carry(index, (uint)(sum >> 32));
        Count += count;
    }

    /// <summary>Adds what the buckets do not tell about times added by <see cref="AddBucket"/>.</summary>
    public void AddBounds(long sumUs, long minUs, long maxUs, long clamped)
    {
        SumUs += sumUs;
        min = Math.Min(min, minUs);
        MaxUs = Math.Max(MaxUs, maxUs);
        Clamped += clamped;
    }

    /// <summary>Empties it and keeps its memory, so that recording goes on without allocation.</summary>
    public void Reset()
    {
        if (Count == 0) return;
        foreach (var page in pages) page?.AsSpan().Clear();
        carries = null;
        (Count, SumUs, min, MaxUs, Clamped) = (0, 0, long.MaxValue, 0, 0);
    }

    /// <summary>The bucket of a time from 0 up; those beyond <see cref="HighestUs"/> have the last one.</summary>
    public static int IndexOf(long us)
    {
        var value = (uint)Math.Min(us, HighestUs);
        var shift = Math.Max(0, BitOperations.Log2(value | 1) - PageBits);
        return (shift << PageBits) + (int)(value >> shift);
    }

    /// <summary>The longest time a bucket holds, in microseconds.</summary>
    public static long UpperBoundUs(int index)
    {
        var shift = Math.Max(0, (index >> PageBits) - 1);
        return ((index - ((long)shift << PageBits) + 1) << shift) - 1;
    }

    /// <summary>Whether both hold the same times, as far as buckets and exact figures can tell.</summary>
    public bool Equals(LatencyHistogram? other)
    {
        if (other is null || Count != other.Count || SumUs != other.SumUs || min != other.min) return false;
        if (MaxUs != other.MaxUs || Clamped != other.Clamped) return false;
        var theirs = other.Buckets;
        foreach (var bucket in Buckets)
        {
            if (!theirs.MoveNext() || theirs.Current != bucket) return false;
        }

        return !theirs.MoveNext();
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LatencyHistogram);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, SumUs, MaxUs);

    /// <summary>The first bucket from <paramref name="index"/> on that is not empty, or -1.</summary>
    internal int NextBucket(int index)
    {
        for (var page = index >> PageBits; page < Pages; page++)
        {
            var from = Math.Max(index, page << PageBits);
            if (pages[page] is not { } counts) continue;
            var offset = counts.AsSpan(from & (PageSize - 1)).IndexOfAnyExcept(0u);

            // A count of exactly n x 2^32 is zero in its low half: only the carry tells.
            if (carries?[page] is { } carry)
            {
                var high = carry.AsSpan(from & (PageSize - 1)).IndexOfAnyExcept(0u);
                if (high >= 0 && (offset < 0 || high < offset)) offset = high;
            }

            if (offset >= 0) return from + offset;
        }

        return -1;
    }

    internal long CountAt(int index)
    {
        var (page, offset) = (index >> PageBits, index & (PageSize - 1));
        return (pages[page]?[offset] ?? 0) + ((long)(carries?[page]?[offset] ?? 0) << 32);
    }

    uint[] AddPage(int index) => pages[index >> PageBits] = new uint[PageSize];

    void Carry(int index, uint count)
    {
        carries ??= new uint[Pages][];
        var page = carries[index >> PageBits] ??= new uint[PageSize];
        page[index & (PageSize - 1)] += count;
    }
}
