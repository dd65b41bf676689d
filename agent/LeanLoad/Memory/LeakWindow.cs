namespace LeanLoad.Memory;

/// <summary>What was kept at one moment.</summary>
/// <param name="At">In seconds.</param>
/// <param name="Kept">In bytes.</param>
/// <param name="Most">In bytes, where nothing that was allocated lately is garbage.</param>
readonly record struct LeakMoment(double At, double Kept, double Most)
{
    /// <summary>The mean of two.</summary>
    public static LeakMoment Mean(in LeakMoment one, in LeakMoment other) =>
        new((one.At + other.At) / 2, (one.Kept + other.Kept) / 2, (one.Most + other.Most) / 2);
}

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

    readonly LeakMoment[] moments = new LeakMoment[Most];
    int count;
    double lowestBefore = double.MaxValue;
    double highestBefore = double.MinValue;
    LeakMoment? single;

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
    /// <param name="moment">Later than those before.</param>
    /// <param name="slopes">To work with; see <see cref="Slopes"/>.</param>
    /// <returns>The mean of this one and the one before, for every other; null in between.</returns>
    public LeakMoment? Add(in LeakMoment moment, double[] slopes)
    {
        if (count == Most) Forget();
        moments[count++] = moment;
        if (count >= Least) Judge(slopes);
        LeakMoment? mean = single is { } first ? LeakMoment.Mean(first, moment) : null;
        single = mean is null ? moment : null;
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
        lowestBefore = Math.Min(lowestBefore, moments[0].Kept);
        highestBefore = Math.Max(highestBefore, moments[0].Kept);
        Array.Copy(moments, 1, moments, 0, Most - 1);
        count--;
    }

    void Judge(double[] slopes)
    {
        var line = Fit(moments.AsSpan(0, count), static moment => moment.Kept, slopes);
        // Between two full collections what is kept stands still, as far as is known, but not what may be.
        var last = Fit(moments.AsSpan(0, count)[^Math.Max(Least, count / 4)..], static moment => moment.Most, slopes);
        Line = line;
        Grows = line.Lower * line.Span.TotalSeconds >= Noise && IsNewHigh();
        GoesOn = last.Upper + Batch / last.Span.TotalSeconds >= line.Lower / 2;
    }

    static Leak Fit(ReadOnlySpan<LeakMoment> moments, Func<LeakMoment, double> figure, double[] slopes)
    {
        var (n, pairs) = (moments.Length, 0);
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                slopes[pairs++] = (figure(moments[j]) - figure(moments[i])) / (moments[j].At - moments[i].At);
            }
        }

        Array.Sort(slopes, 0, pairs);
        // The variance of Kendall's S without ties.
        var deviation = 1.96 * Math.Sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        return new Leak(
            slopes[Math.Max(0, (int)((pairs - deviation) / 2))], slopes[pairs / 2],
            slopes[Math.Min(pairs - 1, (int)((pairs + deviation) / 2))],
            TimeSpan.FromSeconds(moments[^1].At - moments[0].At));
    }

    bool IsNewHigh()
    {
        if (highestBefore < lowestBefore) return true;
        var highest = double.MinValue;
        for (var index = 0; index < count; index++) highest = Math.Max(highest, moments[index].Kept);
        return highest - highestBefore >= Math.Max(Noise, (highestBefore - lowestBefore) / 2);
    }
}
