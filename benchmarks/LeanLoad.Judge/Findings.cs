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
    /// Seconds from the stop to the death that it spared, of stopped cases that the kernel would have killed. A stop
    /// that the journal does not tell of, for one before the ramp or for its early end, is left out of this and of all
    /// times below.
    /// </summary>
    public Figure Leads => new(Stopped.Select(Lead));

    /// <summary>The same, of ramps of a minute or more.</summary>
    public Figure MinuteLeads => new(OfAMinute.Select(Lead));

    /// <summary>Seconds from the first warning to the death that it spared, of ramps of a minute or more.</summary>
    public Figure MinuteWarnings => new(OfAMinute.Select(WarnedBefore));

    /// <summary>The same for each workload.</summary>
    public IReadOnlyList<MinuteRamps> MinuteRamps =>
        [.. OfAMinute.Where(static one => one.On.StoppedAt is not null)
            .GroupBy(static one => one.Workload).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new MinuteRamps(group.Key, new Figure(group.Select(WarnedBefore)),
                group.Count(IsWarnable)))];

    /// <summary>
    /// Ramps of a minute or more that the kernel kills unguarded, that did not pass guarded, and that could be warned
    /// of in time; and how many of them were.
    /// </summary>
    public (int Warned, int All) WarnableRamps
    {
        get
        {
            var ramps = cases.Where(static one => one is { Truth: Truth.Killed, RampSeconds: >= 60 }
                && RampsUp(one) && IsWarnable(one) && one.On.Ending != Ending.Passed).ToList();
            return (ramps.Count(static one => WarnedBefore(one) >= Judge.MinuteRamps.Ahead), ramps.Count);
        }
    }

    /// <summary>
    /// When the first warning came, as a share of the time to the death that it spared; cases that ramp up with users.
    /// </summary>
    public Figure WarnedAt => new(Stopped.Where(RampsUp).Select(static one => FirstWord(one) / one.Off.Seconds));

    /// <summary>Seconds from the verdict to the end of the process.</summary>
    public Figure Endings => new(cases.Where(static one => one.IsStopped)
        // The journal's start is in whole milliseconds: an end may seem to come before what led to it.
        .Select(static one => one.On.StoppedAt is { } at ? Math.Max(0, one.On.Seconds - at) : (double?)null));

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
        [.. Asked(workload).Select(one => Foretelling.Of(one, share, out _)).OfType<Foretelling>()];

    /// <summary>How many cases are left out of these, for this reason.</summary>
    public int LeftOut(Untold why, double share, string? workload = null) =>
        Asked(workload).Count(one => Foretelling.Of(one, share, out var reason) is null && reason == why);

    /// <summary>
    /// The value that this share of the sorted values does not exceed; not a number where there are none.
    /// </summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN
            : sorted[(int)Math.Clamp(Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    IEnumerable<(CaseResult Case, RunOutcome Run)> Guarded =>
        all.SelectMany(static one => one.Guarded, static (one, run) => (one, run));

    IEnumerable<CaseResult> Stopped => cases.Where(static one => one is { Truth: Truth.Killed, IsStopped: true });

    IEnumerable<CaseResult> OfAMinute => Stopped.Where(static one => one.RampSeconds >= 60 && RampsUp(one));

    static bool IsWarnable(CaseResult one) => one.Off.Seconds - one.KnowableAt >= Judge.MinuteRamps.Ahead;

    static double? Lead(CaseResult one) => one.Off.Seconds - one.On.StoppedAt;

    static double? WarnedBefore(CaseResult one) => one.Off.Seconds - FirstWord(one);

    static double? FirstWord(CaseResult one) =>
        one.On.StoppedAt is { } at ? Math.Min(one.On.WarnedAt ?? double.PositiveInfinity, at) : null;

    IEnumerable<CaseResult> Asked(string? workload) =>
        cases.Where(CanBeForetold).Where(one => workload is null || one.Workload == workload);

    static bool CanBeForetold(CaseResult one) =>
        one.Workload is "linear" or "bootstraps" or "native" or "fragments" or "tls";

    // A step is foretold by nobody before it comes, but its ramp goes on after that.
    static bool RampsUp(CaseResult one) => CanBeForetold(one) || one.Workload == "step";
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
