namespace LeanLoad.Profiler.Diagnostics;

/// <summary>One object that the runtime picked at random while it was allocated: each byte has the same chance, one in
/// 102,400.</summary>
/// <param name="At">Since the session started.</param>
/// <param name="ThreadId">The system's id of the thread that allocated.</param>
/// <param name="TypeId">Address of the type's method table in the agent; named by the program's symbols.</param>
/// <param name="TypeName">The type, as the ordinary runtime names it; null on a natively compiled agent.</param>
/// <param name="ObjectSize">Size of this object.</param>
/// <param name="Weight">Bytes that this sample stands for; their sum over many samples estimates what was
/// allocated.</param>
/// <param name="Activity">What the agent last set as this thread's activity: its scope.</param>
readonly record struct AllocationSample(
    TimeSpan At, int ThreadId, ulong TypeId, string? TypeName, Bytes ObjectSize, double Weight, Guid Activity)
{
    /// <summary>Mean distance between two samples, in bytes (the runtime's design document on randomized allocation
    /// sampling).</summary>
    public const double MeanSpacing = 102_400;

    /// <summary>
    /// Bytes that a sampled object stands for: its size over the chance that at least one of its bytes was picked, s /
    /// (1 - (1 - p)^s). A small object stands for about 100 KiB, one of many MiB for itself.
    /// </summary>
    public static double WeightOf(Bytes objectSize) =>
        objectSize.Count <= 0 ? 0 : objectSize.Count / (1 - Math.Pow(1 - 1 / MeanSpacing, objectSize.Count));
}
