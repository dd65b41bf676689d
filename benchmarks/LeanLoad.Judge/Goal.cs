namespace LeanLoad.Judge;

/// <summary>
/// A figure that the guard is held to. One that is missed is told and no more: chance and a busy machine move it.
/// </summary>
/// <param name="Name">What it is a figure of.</param>
/// <param name="Found">A share, or seconds; not a number where no case tells.</param>
/// <param name="Bound">What it is to be at most, or at least.</param>
/// <param name="IsLeast">Whether that is the least that it is to be.</param>
/// <param name="IsSeconds">Whether it is no share.</param>
readonly record struct Goal(string Name, double Found, double Bound, bool IsLeast = false, bool IsSeconds = false)
{
    /// <summary>Whether it is met; null where no case tells.</summary>
    public bool? IsMet => double.IsNaN(Found) ? null : IsLeast ? Found >= Bound : Found <= Bound;

    /// <summary>"met", "missed", or "no case tells".</summary>
    public string Result => IsMet switch { true => "met", false => "missed", null => "no case tells" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Goal> Of(Findings found) =>
    [
        new("killed though guarded, of those killed without", Killed(found), 0),
        new("comfortable cases stopped", Stopped(found, Truth.Comfortable), 0.01),
        new("near cases stopped", Stopped(found, Truth.Near), 0.05),
        new("first warning, of the way to the kill, median", Findings.Quantile(found.WarnedAt, 0.5), 0.5),
        new("ramps of a minute warned of 10 s ahead, where anybody could", Warned(found), 0.99, IsLeast: true),
        new("bursts that end with 86 and complete", found.Bursts.Stopped / (double)found.Bursts.All, 0.99,
            IsLeast: true),
        new("verdict to end of process, most", Findings.Quantile(found.Endings, 1), 2, IsSeconds: true),
        new("intervals that hold the peak, least of 10, 25 and 50 % of the users",
            Findings.Shares.Min(at => Held(found.ForetoldAt(at.Share))), 0.93, IsLeast: true),
        new("error at 25 % of the users, median", Error(found, 0.25), 0.10),
        new("error at 50 % of the users, median", Error(found, 0.50), 0.05),
        new("foretold cases within 10 % at 25 % of the users", Within(found, 0.25, 0.10), 0.93, IsLeast: true),
        new("foretold cases within 5 % at 50 % of the users", Within(found, 0.50, 0.05), 0.93, IsLeast: true),
    ];

    // Of no case: 0 / 0, which is not a number.
    static double Killed(Findings found) =>
        found.Count(Truth.Killed, Ending.Killed) / (double)found.Of(Truth.Killed);

    static double Warned(Findings found) => found.WarnableRamps.Warned / (double)found.WarnableRamps.All;

    static double Within(Findings found, double share, double bound)
    {
        var errors = Foretelling.Errors(found.ForetoldAt(share));
        return errors.Count(error => error <= bound) / (double)errors.Count;
    }

    static double Stopped(Findings found, Truth truth) =>
        found.StoppedFalsely.Count(one => one.Truth == truth) / (double)found.Of(truth);

    static double Held(IReadOnlyList<Foretelling> all) => all.Count(static one => one.IsCovered) / (double)all.Count;

    static double Error(Findings found, double share) =>
        Findings.Quantile(Foretelling.Errors(found.ForetoldAt(share)), 0.5);
}
