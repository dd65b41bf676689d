namespace LeanLoad.Memory;

/// <summary>
/// Watches what is kept, garbage left out, while the number of users stays the same. The slope is the median of all
/// pairs' slopes (Theil 1950, Sen 1968), its interval Kendall's (Sen 1968 §5): neither a step nor a sawtooth is a line.
/// Bounded: 32 moments, of which every other is forgotten when they are full. Allocates nothing to look.
/// </summary>
sealed class LeakWatch
{
    const int Most = 32;

    /// <summary>With fewer moments there is not enough data.</summary>
    public const int Least = 8;

    /// <summary>Growth by less than this is not worth a word: a cgroup's figures are known to half a MiB.</summary>
    static Bytes Noise => Bytes.FromKiB(768);

    readonly double[] at = new double[Most];
    readonly double[] kept = new double[Most];
    readonly double[] slopes = new double[Most * (Most - 1) / 2];
    int count;
    int users = -1;
    double interval = 1;
    double next;
    Bytes surviving;
    Bytes committed;
    Bytes? settled;

    /// <summary>What grows; null where nothing does, or too little is known.</summary>
    public Leak? Leak { get; private set; }

    /// <summary>Moments that it is judged by.</summary>
    public int Count => count;

    /// <summary>Begins anew: users come or go.</summary>
    public void Reset()
    {
        (count, users, interval, next, settled, Leak) = (0, -1, 1, 0, null, null);
    }

    /// <summary>Takes a reading.</summary>
    /// <param name="time">Since the run started.</param>
    /// <param name="running">Users, who are the same as long as this is watched.</param>
    /// <param name="reading">Memory.</param>
    public void Look(TimeSpan time, int running, in MemoryReading reading)
    {
        if (running != users)
        {
            Reset();
            users = running;
        }

        // Right after a full collection it is known what is kept; of several the last counts.
        if (reading.Surviving != surviving)
        {
            (surviving, committed) = (reading.Surviving, reading.Committed);
            settled = reading.Unreclaimable - committed + surviving;
        }

        var now = time.TotalSeconds;
        if (now < next) return;
        // In between, what was allocated since may be garbage, all of it.
        var garbage = reading.Live - surviving;
        if (garbage < Bytes.Zero) garbage = Bytes.Zero;
        Add(now, settled ?? reading.Unreclaimable - (committed - surviving) - garbage);
        settled = null;
        next = now + interval;
    }

    void Add(double now, Bytes amount)
    {
        if (count == Most) Halve();
        (at[count], kept[count]) = (now, amount.Count);
        count++;
        Leak = count < Least ? null : Judge();
    }

    void Halve()
    {
        for (var index = 0; index < Most / 2; index++) (at[index], kept[index]) = (at[index * 2], kept[index * 2]);
        (count, interval) = (Most / 2, interval * 2);
    }

    Leak? Judge()
    {
        var pairs = 0;
        for (var i = 0; i < count; i++)
        {
            for (var j = i + 1; j < count; j++) slopes[pairs++] = (kept[j] - kept[i]) / (at[j] - at[i]);
        }

        Array.Sort(slopes, 0, pairs);
        // The variance of Kendall's S without ties.
        var deviation = 1.96 * Math.Sqrt(count * (count - 1.0) * (2 * count + 5) / 18);
        var lower = slopes[Math.Max(0, (int)((pairs - deviation) / 2))];
        var upper = slopes[Math.Min(pairs - 1, (int)((pairs + deviation) / 2))];
        var span = at[count - 1] - at[0];
        if (lower * span < Noise.Count) return null;
        return new Leak(lower, slopes[pairs / 2], upper, TimeSpan.FromSeconds(span));
    }
}
