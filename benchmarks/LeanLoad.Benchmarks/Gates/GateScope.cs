namespace LeanLoad.Benchmarks.Gates;

/// <summary>What of the benchmarks is gated.</summary>
enum GateScope
{
    /// <summary>Bytes on both runtimes, and instructions; times where instructions can't be counted.</summary>
    All,

    /// <summary>Bytes on this runtime.</summary>
    Bytes,

    /// <summary>Bytes on both runtimes, and instructions.</summary>
    Native,

    /// <summary>Bytes on this runtime, and times.</summary>
    Times,
}
