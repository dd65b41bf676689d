namespace LeanLoad.Users;

/// <summary>
/// A user's random numbers, 8 bytes: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). The same seed gives the same run of
/// picks and pauses.
/// </summary>
struct UserRandom(ulong state)
{
    const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    ulong state = state;

    /// <summary>The stream of one user: seeds that differ by one give streams that have nothing in common.</summary>
    public static UserRandom ForUser(long seed, int index) =>
        new(Mix((ulong)seed + ((ulong)(uint)index + 1) * GoldenGamma));

    /// <summary>The next number, evenly from [0, 1).</summary>
    public double NextUniform() => (Mix(state += GoldenGamma) >> 11) * (1.0 / (1UL << 53));

    static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
