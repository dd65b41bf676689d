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
    public int Next()
    {
        for (var index = 0; counts is not null && index < given.Length; index++)
        {
            if (given[index] >= counts[index]) continue;
            given[index]++;
            return index;
        }

        count++;
        var chosen = 0;
        var largestLag = long.MinValue;
        for (var index = 0; index < given.Length; index++)
        {
            if (IsFixed(counts, index)) continue;
            // Share minus what it has, both times the total weight: whole numbers, so no rounding decides.
            var lag = weights[index] * (long)count - given[index] * total;
            if (lag <= largestLag) continue;
            largestLag = lag;
            chosen = index;
        }

        given[chosen]++;
        return chosen;
    }

    static bool IsFixed(IReadOnlyList<int>? counts, int index) => counts is not null && counts[index] > 0;
}
