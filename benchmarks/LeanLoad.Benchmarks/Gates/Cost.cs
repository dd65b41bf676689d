namespace LeanLoad.Benchmarks.Gates;

/// <summary>What one operation of a benchmark costs, in the two measures that do not depend on the machine's mood.</summary>
/// <param name="Bytes">Allocated bytes, exact to the byte.</param>
/// <param name="Ratio">Its time as a multiple of its baseline's, both of the same run.</param>
sealed record Cost(long Bytes, double Ratio);
