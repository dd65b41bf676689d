namespace LeanLoad.Judge;

/// <summary>A projection, and what came of it.</summary>
/// <param name="Case">Whose.</param>
/// <param name="Seen">The projection.</param>
/// <param name="Real">The peak, in bytes.</param>
readonly record struct Foretelling(string Case, ProjectionSeen Seen, long Real)
{
    /// <summary>
    /// The projection of a case's run that reached its peak: one that was stopped got no further, and where the machine
    /// was too slow to let all users in and start, the peak is that of fewer than was projected for.
    /// </summary>
    /// <param name="one">The case.</param>
    /// <param name="share">Of the users, who had started.</param>
    /// <param name="why">Why there is none.</param>
    /// <returns>Null where there is none.</returns>
    public static Foretelling? Of(CaseResult one, double share, out Untold why)
    {
        why = Untold.NoPeak;
        if (one.Reached is not { Peak: > 0 } reached) return null;
        why = Untold.FewerUsers;
        if ((reached.Ran ?? reached.Admitted) < one.Users) return null;
        why = Untold.NoProjection;
        var most = Math.Max(4, Math.Ceiling(one.Users * share));
        return reached.Projections.LastOrDefault(seen => seen.Users <= most) is { } found
            ? new Foretelling(one.Id, found, reached.Peak) : null;
    }

    /// <summary>(projected - real) / real.</summary>
    public double Error => (Seen.Expected - Real) / (double)Real;

    /// <summary>The errors of several without their signs, sorted.</summary>
    public static IReadOnlyList<double> Errors(IReadOnlyList<Foretelling> all) =>
        [.. all.Select(static one => Math.Abs(one.Error)).Order()];

    /// <summary>Whether the 95 % interval holds the peak.</summary>
    public bool IsCovered => Seen.Lower <= Real && Real <= Seen.Upper;
}

/// <summary>Why a case has no projection that a peak can be held against.</summary>
enum Untold
{
    /// <summary>No run of it reached its peak.</summary>
    NoPeak,

    /// <summary>In the run that did, not all users had started.</summary>
    FewerUsers,

    /// <summary>There was none when so many users had started.</summary>
    NoProjection,
}
