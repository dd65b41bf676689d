namespace LeanLoad.Profiler.Diagnostics;

/// <summary>One garbage collection of the agent. Null is "the event did not arrive", never 0.</summary>
/// <param name="At">When it began, since the session started.</param>
/// <param name="Number">The runtime's count, from 1.</param>
/// <param name="Generation">The oldest generation that was collected: 0, 1 or 2.</param>
/// <param name="Reason">Why, as the runtime names it: <c>AllocSmall</c>, <c>Induced</c>, <c>LowMemory</c>.</param>
/// <param name="Pause">How long all threads stood still.</param>
/// <param name="HeapAfter">Size of all generations when it was done, holes included.</param>
/// <param name="CommittedAfter">Managed heap backed by the system when it was done.</param>
/// <param name="Promoted">Bytes that survived it.</param>
readonly record struct Collection(
    TimeSpan At, int Number, int Generation, string Reason, TimeSpan? Pause,
    Bytes? HeapAfter, Bytes? CommittedAfter, Bytes? Promoted);
