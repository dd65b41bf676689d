namespace LeanLoad;

/// <summary>The pause of a user after each iteration. A value: 24 bytes, no allocation.</summary>
public readonly record struct ThinkTime
{
    readonly TimeSpan least;
    readonly TimeSpan most;

    ThinkTime(TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        this.least = least;
        this.most = most;
    }

    /// <summary>No pause: the next iteration follows at once.</summary>
    public static ThinkTime None => default;

    /// <summary>Always the same pause.</summary>
    public static ThinkTime Constant(TimeSpan pause) => new(pause, pause);

    /// <summary>A pause drawn evenly from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static ThinkTime Between(TimeSpan least, TimeSpan most) => new(least, most);

    /// <summary>The pause for one draw.</summary>
    /// <param name="uniform">A random number in [0, 1).</param>
    internal TimeSpan Draw(double uniform) => least + (most - least) * uniform;
}
