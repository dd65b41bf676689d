namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// What one operation of a benchmark costs, in measures that do not depend on the machine's mood. In a budget, null
/// where there is none; as measured, null where this run could not or need not measure it.
/// </summary>
/// <param name="Bytes">Allocated on the ordinary runtime: the exact total of 65,536 operations, for one of
/// them.</param>
/// <param name="NativeBytes">The same, compiled ahead of time.</param>
/// <param name="Instructions">Retired instructions, compiled ahead of time.</param>
/// <param name="Ratio">Its time as a multiple of its baseline's, both of the same run on the ordinary runtime.</param>
sealed record Cost(decimal Bytes, decimal? NativeBytes = null, double? Instructions = null, double? Ratio = null);
