namespace LeanLoad.Memory;

/// <summary>
/// The last moments of what is kept, and the line through them: its slope is the median of all pairs' slopes (Theil
/// 1950, Sen 1968), its interval Kendall's (Sen 1968 §5), so that neither a step nor a sawtooth is a line. Bounded: 32
/// moments. Allocates nothing once it is made.
/// </summary>
sealed class LeakWindow
{
    const int Most = 32;

    /// <summary>With fewer moments there is not enough data.</summary>
    const int Least = 8;

    /// <summary>Growth by less than this is not worth a word: a cgroup's figures are known to half a MiB.</summary>
    const double Noise = 768 << 10;

    /// <summary>Lines through the same memory differ by so much for nothing: the kernel charges in batches.</summary>
    const double Batch = 96 << 10;

    readonly double[] at = new double[Most];
    readonly double[] kept = new double[Most];
    int count;
    double lowestBefore = double.MaxValue;
    double highestBefore = double.MinValue;
    (double At, double Kept)? single;

    /// <summary>What the slopes of all pairs take.</summary>
    public static double[] Slopes() => new double[Most * (Most - 1) / 2];

    /// <summary>The line; null while there is not enough data.</summary>
    public Leak? Line { get; private set; }

    /// <summary>
    /// Whether the line rises for certain, and to where memory has not been before: what only comes and goes has been
    /// there, and what has moved much must move more.
    /// </summary>
    public bool Grows { get; private set; }

    /// <summary>
    /// Whether the last quarter may rise at least half as fast as the line: where a cache has filled it cannot.
    /// </summary>
    public bool GoesOn { get; private set; }

    /// <summary>Whether it reaches further back than one of half its stride, which is full, can.</summary>
    public bool IsLonger => count > Most / 2;

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        (count, single, Line, Grows, GoesOn) = (0, null, null, false, false);
        (lowestBefore, highestBefore) = (double.MaxValue, double.MinValue);
    }

    /// <summary>Adds a moment, and judges by it.</summary>
    /// <param name="time">In seconds.</param>
    /// <param name="amount">In bytes.</param>
    /// <param name="slopes">To work with; see <see cref="Slopes"/>.</param>
    /// <returns>The mean of this one and the one before, for every other; null in between.</returns>
    public (double At, double Kept)? Add(double time, double amount, double[] slopes)
    {
        if (count == Most) Forget();
        (at[count], kept[count]) = (time, amount);
        count++;
        if (count >= Least) Judge(slopes);
        (double At, double Kept)? mean = single is var (before, first) ? ((before + time) / 2, (first + amount) / 2)
            : null;
        single = mean is null ? (time, amount) : null;
        return mean;
    }

    /// <summary>Whether this line, which is the longer, can be that of a shorter window, too.</summary>
    public bool Agrees(in Leak shorter)
    {
        if (Line is not { } line) return false;
        var error = Batch / shorter.Span.TotalSeconds;
        return line.Typical >= shorter.Lower - error && line.Typical <= shorter.Upper + error;
    }

    void Forget()
    {
        lowestBefore = Math.Min(lowestBefore, kept[0]);
        highestBefore = Math.Max(highestBefore, kept[0]);
        Array.Copy(at, 1, at, 0, Most - 1);
        Array.Copy(kept, 1, kept, 0, Most - 1);
        count--;
    }

    void Judge(double[] slopes)
    {
        var line = Fit(from: 0, slopes);
        var last = Fit(from: count - Math.Max(2, count / 4), slopes);
        Line = line;
        Grows = line.Lower * line.Span.TotalSeconds >= Noise && IsNewHigh();
        GoesOn = last.Upper + Batch / last.Span.TotalSeconds >= line.Lower / 2;
    }

    Leak Fit(int from, double[] slopes)
    {
        var pairs = 0;
        for (var i = from; i < count; i++)
        {
            for (var j = i + 1; j < count; j++) slopes[pairs++] = (kept[j] - kept[i]) / (at[j] - at[i]);
        }

        Array.Sort(slopes, 0, pairs);
        // The variance of Kendall's S without ties.
        var n = count - from;
        var deviation = 1.96 * Math.Sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        return new Leak(
            slopes[Math.Max(0, (int)((pairs - deviation) / 2))], slopes[pairs / 2],
            slopes[Math.Min(pairs - 1, (int)((pairs + deviation) / 2))],
            TimeSpan.FromSeconds(at[count - 1] - at[from]));
    }

    bool IsNewHigh()
    {
        if (highestBefore < lowestBefore) return true;
        var highest = double.MinValue;
        for (var index = 0; index < count; index++) highest = Math.Max(highest, kept[index]);
        return highest - highestBefore >= Math.Max(Noise, (highestBefore - lowestBefore) / 2);
    }
}
