namespace LeanLoad.Load;

/// <summary>
/// Which class each next user is of: always the one that lags most behind its share, the first of them on a tie. So each prefix of the sequence is
/// within one user of the weights, whatever the number of users.
/// </summary>
/// <param name="weights">One per class, each 1 or more.</param>
sealed class ClassMix(IReadOnlyList<int> weights)
{
    readonly int[] given = new int[weights.Count];
    readonly long total = weights.Sum(static weight => (long)weight);
    int count;

    /// <summary>The class of the next user.</summary>
    public int Next()
    {
        count++;
        var chosen = 0;
        var largestLag = long.MinValue;
        for (var index = 0; index < given.Length; index++)
        {
            // Share minus what it has, both times the total weight: whole numbers, so no rounding decides.
            var lag = weights[index] * (long)count - given[index] * total;
            if (lag <= largestLag) continue;
            largestLag = lag;
            chosen = index;
        }

        given[chosen]++;
        return chosen;
    }
}
