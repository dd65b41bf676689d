namespace LeanLoad.Judge;

/// <summary>What the cases say together. Shares are of the cases that can say it; null where none can.</summary>
sealed class Findings(IReadOnlyList<CaseResult> all)
{
    // A guarded run that broke did so whatever its twin says.
    readonly List<CaseResult> cases =
        [.. all.Where(static one => !one.IsVoid || one.On.Ending is Ending.Killed or Ending.Broken)];

    /// <summary>Cases that say nothing, for want of processor time.</summary>
    public int Void => all.Count - cases.Count;

    /// <summary>Cases by truth and by how the run with the guard ended.</summary>
    public int Count(Truth truth, Ending ending) => cases.Count(one => one.Truth == truth && one.On.Ending == ending);

    public int Of(Truth truth) => cases.Count(one => one.Truth == truth);

    /// <summary>Cases that the kernel killed though the guard was on.</summary>
    public IEnumerable<CaseResult> Killed => cases.Where(one => one.On.IsKilled);

    /// <summary>Cases that would have lived and were stopped.</summary>
    public IEnumerable<CaseResult> StoppedFalsely =>
        cases.Where(one => one.Truth is Truth.Near or Truth.Comfortable && one.IsStopped);

    /// <summary>Cases whose run with the guard ended in a way that no run may.</summary>
    public IEnumerable<CaseResult> Broken => cases.Where(one => one.On.Ending == Ending.Broken);

    /// <summary>How long each guarded run stood still at worst.</summary>
    public IReadOnlyList<Standstill> Stood => [.. Guarded.Select(static run => run.Run.Stood)];

    /// <summary>Cases of which a guarded run thrashed, or hung.</summary>
    public IEnumerable<CaseResult> StoodStill =>
        Guarded.Where(static run => run.Run.Stood.IsTooLong).Select(static run => run.Case).Distinct();

    /// <summary>
    /// Seconds from the stop to the death that it spared, of stopped cases that the kernel would have killed.
    /// </summary>
    public IReadOnlyList<double> Leads => [.. Stopped.Select(one => one.Off.Seconds - one.On.StoppedAt!.Value).Order()];

    /// <summary>The same, of ramps of a minute or more.</summary>
    public IReadOnlyList<double> MinuteLeads =>
        [.. OfAMinute.Select(one => one.Off.Seconds - one.On.StoppedAt!.Value).Order()];

    /// <summary>Seconds from the first warning to the death that it spared, of ramps of a minute or more.</summary>
    public IReadOnlyList<double> MinuteWarnings => [.. OfAMinute.Select(WarnedBefore).Order()];

    /// <summary>The same for each workload.</summary>
    public IReadOnlyList<MinuteRamps> MinuteRamps =>
        [.. OfAMinute.GroupBy(static one => one.Workload).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new MinuteRamps(group.Key, [.. group.Select(WarnedBefore).Order()],
                group.Count(static one => one.Off.Seconds - one.KnowableAt >= Judge.MinuteRamps.Ahead)))];

    /// <summary>
    /// When the first warning came, as a share of the time to the death that it spared; cases that ramp up with users.
    /// </summary>
    public IReadOnlyList<double> WarnedAt =>
        [.. Stopped.Where(RampsUp).Select(one => FirstWord(one) / one.Off.Seconds).Order()];

    /// <summary>Seconds from the verdict to the end of the process.</summary>
    public IReadOnlyList<double> Endings =>
        [.. cases.Where(one => one is { IsStopped: true, On.StoppedAt: not null })
            // The journal's start is in whole milliseconds: an end may seem to come before what led to it.
            .Select(one => Math.Max(0, one.On.Seconds - one.On.StoppedAt!.Value)).Order()];

    /// <summary>
    /// Bursts that the kernel kills without the guard, and how many of them ended with 86 and complete results.
    /// </summary>
    public (int Stopped, int All) Bursts
    {
        get
        {
            var bursts = cases.Where(one => one is { Truth: Truth.Killed, Workload: "burst" or "rush" }).ToList();
            return (bursts.Count(static one => one.On.Ending == Ending.Stopped), bursts.Count);
        }
    }

    /// <summary>
    /// Shares of the users at which projections are held against the peak, each with the error that is allowed then.
    /// </summary>
    public static IReadOnlyList<(double Share, double Bound)> Shares { get; } =
        [(0.10, 0.10), (0.25, 0.10), (0.50, 0.05)];

    /// <summary>Names of workloads whose peak can be foretold from their first users.</summary>
    public IReadOnlyList<string> Foretold =>
        [.. cases.Where(CanBeForetold).Select(static one => one.Workload).Distinct()];

    /// <summary>
    /// The projections in force when a share of the users had started, of runs that went on to their peak.
    /// </summary>
    /// <param name="share">Of the users.</param>
    /// <param name="workload">Null: all of <see cref="Foretold"/>.</param>
    public IReadOnlyList<Foretelling> ForetoldAt(double share, string? workload = null) =>
        [.. Seen(share, workload)];

    /// <summary>
    /// The value that this share of the sorted values does not exceed; not a number where there are none.
    /// </summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN
            : sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    IEnumerable<(CaseResult Case, RunOutcome Run)> Guarded =>
        all.SelectMany(static one => one.Guarded, static (one, run) => (one, run));

    IEnumerable<CaseResult> Stopped =>
        cases.Where(one => one is { Truth: Truth.Killed, IsStopped: true, On.StoppedAt: not null });

    IEnumerable<CaseResult> OfAMinute => Stopped.Where(static one => one.RampSeconds >= 60 && RampsUp(one));

    static double WarnedBefore(CaseResult one) => one.Off.Seconds - FirstWord(one);

    static double FirstWord(CaseResult one) =>
        Math.Min(one.On.WarnedAt ?? double.PositiveInfinity, one.On.StoppedAt!.Value);

    static bool CanBeForetold(CaseResult one) =>
        one.Workload is "linear" or "bootstraps" or "native" or "fragments" or "tls";

    // A step is foretold by nobody before it comes, but its ramp goes on after that.
    static bool RampsUp(CaseResult one) => CanBeForetold(one) || one.Workload == "step";

    // Of the run that reached its peak: one that was stopped got no further, and where the machine was too slow to let
    // all users in, the peak is that of fewer than was projected for.
    IEnumerable<Foretelling> Seen(double share, string? workload)
    {
        foreach (var one in cases.Where(CanBeForetold).Where(one => workload is null || one.Workload == workload))
        {
            if (one.Reached is not { Peak: > 0 } reached || reached.Admitted < one.Users) continue;
            var most = Math.Max(4, Math.Ceiling(one.Users * share));
            if (reached.Projections.LastOrDefault(seen => seen.Users <= most) is { } found)
            {
                yield return new Foretelling(one.Id, found, reached.Peak);
            }
        }
    }
}

/// <summary>A projection, and what came of it.</summary>
/// <param name="Case">Whose.</param>
/// <param name="Seen">The projection.</param>
/// <param name="Real">The peak, in bytes.</param>
readonly record struct Foretelling(string Case, ProjectionSeen Seen, long Real)
{
    /// <summary>(projected - real) / real.</summary>
    public double Error => (Seen.Expected - Real) / (double)Real;

    /// <summary>The errors of several without their signs, sorted.</summary>
    public static IReadOnlyList<double> Errors(IReadOnlyList<Foretelling> all) =>
        [.. all.Select(static one => Math.Abs(one.Error)).Order()];

    /// <summary>Whether the 95 % interval holds the peak.</summary>
    public bool IsCovered => Seen.Lower <= Real && Real <= Seen.Upper;
}

/// <summary>How a run with the guard on ended.</summary>
enum Ending
{
    Passed,

    /// <summary>Passed, with those users who fit, under <c>--over-memory hold</c>.</summary>
    Held,

    Stopped,
    Killed,

    /// <summary>A crash, a hang, another exit code, or results that are not complete.</summary>
    Broken,
}
