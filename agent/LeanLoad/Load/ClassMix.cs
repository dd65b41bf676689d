namespace LeanLoad.Load;

/// <summary>
/// Which class each next user is of. Classes of a fixed number come first. Then always the one that lags most behind its share, the first of them on a
/// tie: so each prefix of the sequence is within one user of the weights, whatever the number of users.
/// </summary>
/// <param name="weights">One per class, each 1 or more.</param>
/// <param name="counts">One per class: exactly so many users, or 0 for a share by weight; null: all by weight.</param>
sealed class ClassMix(IReadOnlyList<int> weights, IReadOnlyList<int>? counts = null)
{
    readonly int[] given = new int[weights.Count];
    readonly long total = weights.Where((_, index) => !IsFixed(counts, index)).Sum(static weight => (long)weight);
    int count;

    /// <summary>Users that classes of a fixed number need.</summary>
    public static int Fixed(IReadOnlyList<int> counts) => counts.Sum();

    /// <summary>The class of the next user.</summary>
    public int Next() => Next(static _ => true);

    /// <summary>The class of the next one among those that can be taken; -1 where none can.</summary>
    public int Next(Func<int, bool> canTake)
    {
        for (var index = 0; counts is not null && index < given.Length; index++)
        {
            if (given[index] >= counts[index]) continue;
            given[index]++;
            return index;
        }

        count++;
        var chosen = -1;
        var largestLag = long.MinValue;
        for (var index = 0; index < given.Length; index++)
        {
            if (IsFixed(counts, index)) continue;
            // Share minus what it has, both times the total weight: whole numbers, so no rounding decides.
            var lag = weights[index] * (long)count - given[index] * total;
            if (lag <= largestLag || !canTake(index)) continue;
            largestLag = lag;
            chosen = index;
        }

        if (chosen < 0) count--;
        else given[chosen]++;
        return chosen;
    }

    /// <summary>How many of a class were given out, less those that were taken back.</summary>
    public int Given(int index) => given[index];

    /// <summary>Takes the last one back, whose class was <paramref name="index"/>: the sequence goes on from before it.</summary>
    public void TakeBack(int index)
    {
        if (!IsFixed(counts, index)) count--;
        given[index]--;
    }

    static bool IsFixed(IReadOnlyList<int>? counts, int index) => counts is not null && counts[index] > 0;
}
