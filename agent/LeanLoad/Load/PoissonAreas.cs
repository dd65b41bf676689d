namespace LeanLoad.Load;

/// <summary>
/// The arrivals of a Poisson process of rate 1: arrival i comes at E₀ + … + Eᵢ, of exponential times that each depend
/// on the seed and their own index alone. By a change of time (Çinlar, "Introduction to Stochastic Processes", 1975,
/// §4.7) they are those of any rate: where the area below its line reaches them. So when an arrival is due is a
/// function of its index, whatever was answered and however many loops share them. For one thread; what it keeps is
/// only where it has come, to which it adds.
/// </summary>
/// <param name="seed">The same seed, the same arrivals.</param>
sealed class PoissonAreas(ulong seed)
{
    double sum;
    long reached = -1;

    /// <summary>
    /// The seed of one agent's arrivals: each agent of a fleet, and each change of the rate, draws other times.
    /// </summary>
    public static ulong SeedOf(long seed, int agent, int change) =>
        SplitMix64.Mix(SplitMix64.State((ulong)seed, (long)agent << 32 | (uint)change));

    /// <summary>
    /// Where arrival <paramref name="index"/> comes, from 0 on. Cheap where indices rise, a nanosecond or ten for each
    /// between; else counted anew from the first.
    /// </summary>
    public double Of(long index)
    {
        if (index < reached) (sum, reached) = (0, -1);
        // 1 - U is in (0, 1], and has a logarithm.
        while (reached < index) sum -= Math.Log(1 - SplitMix64.Uniform(SplitMix64.State(seed, ++reached)));
        return sum;
    }
}
