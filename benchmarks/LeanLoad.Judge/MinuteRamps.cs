namespace LeanLoad.Judge;

/// <summary>
/// Ramps of a minute or more of one workload that the guard stopped, and the kernel kills without it.
/// </summary>
/// <param name="Workload">Its name.</param>
/// <param name="Warnings">Seconds from each ramp's first warning to the death that it spared; sorted.</param>
/// <param name="Knowable">
/// How many of them lived for <see cref="Ahead"/> seconds with two users who grow: before, nobody can know.
/// </param>
readonly record struct MinuteRamps(string Workload, Figure Warnings, int Knowable)
{
    /// <summary>Seconds that a warning is to come before the kill.</summary>
    public const double Ahead = 10;

    /// <summary>How many were warned of so early.</summary>
    public int InTime => Warnings.Count(static lead => lead >= Ahead);
}
