namespace LeanLoad.Benchmarks.Gates;

/// <summary>How many times its budget a cost may become before the gate fails; each above 1. Bytes have none.</summary>
/// <param name="Instructions">Of retired instructions.</param>
/// <param name="Ratio">Of the ratio of times.</param>
sealed record Tolerances(double Instructions, double Ratio)
{
    /// <summary>
    /// Instructions: unchanged code moved by less than 0.3 % between runs (where memory lies decides how a copy
    /// begins), and a call that is not inlined any more costs an operation of 100 some 10 %. Ratios: generous on
    /// purpose, for a gate that cries wolf is switched off; of the least of two rounds they moved by 1.8 between runs
    /// on two cores that compiled three other programs.
    /// </summary>
    public static Tolerances Default { get; } = new(Instructions: 1.03, Ratio: 3);
}
