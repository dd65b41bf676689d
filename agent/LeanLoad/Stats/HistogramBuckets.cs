namespace LeanLoad.Stats;

/// <summary>Some of the times of a <see cref="LatencyHistogram"/>.</summary>
/// <param name="Index">The bucket.</param>
/// <param name="Count">How many times it holds; 1 or more.</param>
readonly record struct HistogramBucket(int Index, long Count);

/// <summary>
/// Walks over the buckets that are not empty, from short to long. A value: <c>foreach</c> allocates nothing.
/// </summary>
struct HistogramBuckets(LatencyHistogram histogram)
{
    int next;

    /// <summary>Where the walk is.</summary>
    public HistogramBucket Current { get; private set; }

    /// <summary>Goes on to the next bucket that is not empty; false where there is none.</summary>
    public bool MoveNext()
    {
        var index = next < LatencyHistogram.BucketCount ? histogram.NextBucket(next) : -1;
        if (index < 0)
        {
            next = LatencyHistogram.BucketCount;
            return false;
        }

        Current = new(index, histogram.CountAt(index));
        next = index + 1;
        return true;
    }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly HistogramBuckets GetEnumerator() => this;
}
