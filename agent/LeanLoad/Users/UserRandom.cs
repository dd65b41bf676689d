using LeanLoad.Load;

namespace LeanLoad.Users;

/// <summary>
/// A user's random numbers, 8 bytes: <see cref="SplitMix64"/>. The same seed gives the same run of picks and pauses.
/// </summary>
struct UserRandom(ulong state)
{
    ulong state = state;

    /// <summary>The stream of one user: seeds that differ by one give streams that have nothing in common.</summary>
    public static UserRandom ForUser(long seed, int index) =>
        new(SplitMix64.Mix(SplitMix64.State((ulong)seed, (uint)index)));

    /// <summary>The next number, evenly from [0, 1).</summary>
    public double NextUniform() => SplitMix64.Uniform(state += SplitMix64.Gamma);
}
