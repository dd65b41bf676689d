namespace LeanLoad;

/// <summary>
/// When a user's next iteration begins: after a pause, or a set time after the last one began. A value: 24 bytes, no
/// allocation. For one of your own, override <see cref="User.ThinkTime"/> and return what you like: it is asked anew
/// after each iteration.
/// </summary>
public readonly record struct ThinkTime
{
    /// <summary>
    /// An exponential pause is cut here, in means: one in 22,000 would be longer, and a user that sleeps for hours
    /// tests nothing.
    /// </summary>
    const double LongestInMeans = 10;

    readonly TimeSpan least;
    readonly TimeSpan most;
    readonly Kind kind;

    ThinkTime(Kind kind, TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        (this.kind, this.least, this.most) = (kind, least, most);
    }

    enum Kind : byte
    {
        Uniform,
        Exponential,
        Pacing,
    }

    /// <summary>No pause: the next iteration follows at once.</summary>
    public static ThinkTime None => default;

    /// <summary>Always the same pause.</summary>
    public static ThinkTime Constant(TimeSpan pause) => new(Kind.Uniform, pause, pause);

    /// <summary>A pause drawn evenly from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static ThinkTime Between(TimeSpan least, TimeSpan most) => new(Kind.Uniform, least, most);

    /// <summary>
    /// Pauses of this mean, most of them shorter, as people arrive; none longer than ten times the mean.
    /// </summary>
    public static ThinkTime Exponential(TimeSpan mean) => new(Kind.Exponential, mean, mean);

    /// <summary>
    /// From the start of one iteration to the start of the next. After one that took longer the next follows at once.
    /// </summary>
    public static ThinkTime Pacing(TimeSpan period) => new(Kind.Pacing, period, period);

    /// <summary>
    /// At most this many iterations per second for each user: <see cref="Pacing"/>, said the other way round.
    /// </summary>
    public static ThinkTime Throughput(double perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        return Pacing(TimeSpan.FromSeconds(1 / perSecond));
    }

    /// <summary>Whether it counts from the start of the iteration rather than from its end.</summary>
    internal bool IsPacing => kind == Kind.Pacing;

    /// <summary>The pause, or the period, for one draw.</summary>
    /// <param name="uniform">A random number in [0, 1).</param>
    internal TimeSpan Draw(double uniform) => kind == Kind.Exponential
        ? TimeSpan.FromTicks((long)(least.Ticks * Math.Min(-Math.Log(1 - uniform), LongestInMeans)))
        : least + (most - least) * uniform;
}
