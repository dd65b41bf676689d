namespace LeanLoad.Load;

/// <summary>
/// Random numbers of which each is a function of a seed and its index alone: SplitMix64 (Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014).
/// </summary>
static class SplitMix64
{
    /// <summary>2⁶⁴ divided by the golden ratio: the step from one state to the next.</summary>
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The state that is <paramref name="index"/> steps behind a seed.</summary>
    public static ulong State(ulong seed, long index) => seed + ((ulong)index + 1) * Gamma;

    /// <summary>The random bits of a state.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    /// <summary>The same as a number, evenly from [0, 1).</summary>
    public static double Uniform(ulong state) => (Mix(state) >> 11) * (1.0 / (1UL << 53));
}
