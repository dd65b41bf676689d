namespace LeanLoad.Judge;

/// <summary>What the cases say together. Shares are of the cases that can say it; null where none can.</summary>
sealed class Findings(IReadOnlyList<CaseResult> all)
{
    readonly List<CaseResult> cases = [.. all.Where(static one => !one.IsVoid || one.On.IsKilled)];

    /// <summary>Cases that say nothing, for want of processor time.</summary>
    public int Void => all.Count - cases.Count;

    /// <summary>Cases by truth and by how the run with the guard ended.</summary>
    public int Count(Truth truth, Ending ending) => cases.Count(one => one.Truth == truth && EndingOf(one) == ending);

    public int Of(Truth truth) => cases.Count(one => one.Truth == truth);

    /// <summary>Cases that the kernel killed though the guard was on.</summary>
    public IEnumerable<CaseResult> Killed => cases.Where(one => one.On.IsKilled);

    /// <summary>Cases that would have lived and were stopped.</summary>
    public IEnumerable<CaseResult> StoppedFalsely =>
        cases.Where(one => one.Truth is Truth.Near or Truth.Comfortable && one.IsStopped);

    /// <summary>Cases whose run with the guard ended in a way that no run may.</summary>
    public IEnumerable<CaseResult> Broken =>
        cases.Where(one => !one.On.IsKilled && (one.On.ExitCode is not (0 or 86) || !one.On.IsComplete));

    /// <summary>
    /// Seconds from the stop to the death that it spared, of stopped cases that the kernel would have killed.
    /// </summary>
    public IReadOnlyList<double> Leads => [.. Stopped.Select(one => one.Off.Seconds - one.On.StoppedAt!.Value).Order()];

    /// <summary>The same, of ramps of a minute or more.</summary>
    public IReadOnlyList<double> MinuteLeads =>
        [.. Stopped.Where(one => one.RampSeconds >= 60 && GrowsWithUsers(one))
            .Select(one => one.Off.Seconds - one.On.StoppedAt!.Value).Order()];

    /// <summary>
    /// When the first warning came, as a share of the time to the death that it spared; cases that grow with users.
    /// </summary>
    public IReadOnlyList<double> WarnedAt =>
        [.. Stopped.Where(GrowsWithUsers).Select(one =>
            Math.Min(one.On.WarnedAt ?? one.On.StoppedAt!.Value, one.On.StoppedAt!.Value) / one.Off.Seconds).Order()];

    /// <summary>Seconds from the verdict to the end of the process.</summary>
    public IReadOnlyList<double> Endings =>
        [.. cases.Where(one => one.IsStopped).Select(one => one.On.Seconds - one.On.StoppedAt!.Value).Order()];

    /// <summary>
    /// (projected - real) / real at a share of the users, of runs that went so far; cases that grow with users.
    /// </summary>
    public IReadOnlyList<double> ErrorsAt(double share) =>
        [.. Seen(share).Select(pair => (pair.Seen.Expected - pair.Real) / (double)pair.Real)];

    /// <summary>Of the projections at a share of the users, how many had the real peak in their interval.</summary>
    public (int Covered, int All) CoverageAt(double share)
    {
        var seen = Seen(share).ToList();
        return (seen.Count(pair => pair.Seen.Lower <= pair.Real && pair.Real <= pair.Seen.Upper), seen.Count);
    }

    public static Ending EndingOf(CaseResult one) => one.On switch
    {
        { IsKilled: true } => Ending.Killed,
        { ExitCode: 86, IsComplete: true } => Ending.Stopped,
        { ExitCode: 0, IsComplete: true } => Ending.Passed,
        _ => Ending.Broken,
    };

    /// <summary>
    /// The value that this share of the sorted values does not exceed; not a number where there are none.
    /// </summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN
            : sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    IEnumerable<CaseResult> Stopped =>
        cases.Where(one => one is { Truth: Truth.Killed, IsStopped: true, On.StoppedAt: not null });

    static bool GrowsWithUsers(CaseResult one) =>
        one.Workload is "linear" or "bootstraps" or "native" or "fragments" or "tls";

    // The projection in force when that share of the users had started, of the run that reached its peak: one that was
    // stopped got no further.
    IEnumerable<(ProjectionSeen Seen, long Real)> Seen(double share)
    {
        foreach (var one in cases.Where(GrowsWithUsers))
        {
            if (one.Reached is not { Peak: > 0 } reached) continue;
            var most = Math.Max(4, Math.Ceiling(one.Users * share));
            if (reached.Projections.LastOrDefault(seen => seen.Users <= most) is { } found)
            {
                yield return (found, reached.Peak);
            }
        }
    }
}

/// <summary>How a run with the guard on ended.</summary>
enum Ending
{
    Passed,
    Stopped,
    Killed,

    /// <summary>A crash, a hang, another exit code, or results that are not complete.</summary>
    Broken,
}
