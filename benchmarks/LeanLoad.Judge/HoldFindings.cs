namespace LeanLoad.Judge;

/// <summary>
/// What the cases say of <c>--over-memory hold</c>: where fewer users need less, a run that would be killed goes on
/// with those who fit and passes; where that does not help, it ends as under <c>stop</c>; and one that would live is
/// left alone.
/// </summary>
sealed class HoldFindings(IReadOnlyList<CaseResult> all)
{
    readonly List<CaseResult> cases =
        [.. all.Where(static one => one.Held is { Ending: var ending }
            && (!one.IsVoid || ending is Ending.Killed or Ending.Broken))];

    /// <summary>Cases with such a run that say nothing, for want of processor time.</summary>
    public int Void => all.Count(static one => one.Held is not null) - cases.Count;

    /// <summary>Rows of the matrix: what a case is, and whether holding users can help it; null: either.</summary>
    public static IReadOnlyList<(Truth Truth, bool? CanBeHeld)> Rows { get; } =
    [
        (Truth.Killed, true), (Truth.Killed, false), (Truth.Edge, null), (Truth.Near, null), (Truth.Comfortable, null),
    ];

    /// <summary>Cases of a row.</summary>
    public int Of((Truth Truth, bool? CanBeHeld) row) => In(row).Count();

    /// <summary>Cases of a row whose run ended so.</summary>
    public int Count((Truth Truth, bool? CanBeHeld) row, Ending ending) =>
        In(row).Count(one => one.Held!.Ending == ending);

    /// <summary>Cases that the kernel killed.</summary>
    public IEnumerable<CaseResult> Killed => Ended(Ending.Killed);

    /// <summary>Cases whose run ended in a way that no run may.</summary>
    public IEnumerable<CaseResult> Broken => Ended(Ending.Broken);

    /// <summary>Cases that had to be stopped though fewer users would have fitted.</summary>
    public IEnumerable<CaseResult> NotHeld =>
        In((Truth.Killed, true)).Where(static one => one.Held!.Ending == Ending.Stopped);

    /// <summary>Cases that would have lived with all their users.</summary>
    public IEnumerable<CaseResult> HeldFalsely => cases.Where(static one =>
        one.Truth is Truth.Near or Truth.Comfortable && one.Held!.Ending is Ending.Held or Ending.Stopped);

    /// <summary>The peaks of runs that were held, of their limits; sorted.</summary>
    public IReadOnlyList<double> Shares =>
        [.. Ended(Ending.Held).Select(static one => one.Held!.Peak / (double)(one.LimitMiB << 20)).Order()];

    /// <summary>Cases held so early that two users more would not have filled three quarters of the limit.</summary>
    public IEnumerable<CaseResult> HeldEarly => Ended(Ending.Held)
        .Where(static one => one.Held!.Peak + 2 * one.EachBytes < (one.LimitMiB << 20) * 0.75);

    IEnumerable<CaseResult> Ended(Ending ending) => cases.Where(one => one.Held!.Ending == ending);

    IEnumerable<CaseResult> In((Truth Truth, bool? CanBeHeld) row) =>
        cases.Where(one => one.Truth == row.Truth && (row.CanBeHeld is not { } can || one.CanBeHeld == can));
}
