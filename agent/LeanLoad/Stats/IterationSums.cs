namespace LeanLoad.Stats;

/// <summary>Iterations that ended in some time, well or not, and pauses between them; those that were cut are not among
/// them.</summary>
struct IterationSums
{
    /// <summary>How many.</summary>
    public long Ended { get; set; }

    /// <summary>Those of them that threw.</summary>
    public long Failed { get; set; }

    /// <summary>
    /// The sum of their times, first step to last, in microseconds: the R of N = X (R + Z), times their number.
    /// </summary>
    public long Us { get; set; }

    /// <summary>The sum of the pauses that ended, in microseconds: the Z, times their number.</summary>
    public long PauseUs { get; set; }

    public static IterationSums operator +(IterationSums left, IterationSums right) => new()
    {
        Ended = left.Ended + right.Ended,
        Failed = left.Failed + right.Failed,
        Us = left.Us + right.Us,
        PauseUs = left.PauseUs + right.PauseUs,
    };
}
