using System.Runtime.CompilerServices;

namespace LeanLoad.Benchmarks.Counting;

/// <summary>
/// Runs an operation a fixed number of times and counts what the thread allocated, exactly and in total: one allocation
/// in all of them is seen, where an average would round it away.
/// </summary>
static class Repetition
{
    /// <summary>
    /// So often an operation is run, once it has run as often to warm up. An allocation rarer than this is not seen.
    /// </summary>
    public const int Operations = 1 << 16;

    /// <summary>Bytes of all operations after the warm-up.</summary>
    public static long AllocatedBytes(Operation operation, int operations = Operations)
    {
        var (call, allocatedBytes) = operation.Prepare();
        var calls = operations / operation.PerCall;
        WarmUp(call, calls);
        // What lives on is old from here on: the instructions of a write barrier depend on it.
        GC.Collect();
        GC.Collect();
        var before = allocatedBytes();
        Measured(call, calls);
        return allocatedBytes() - before;
    }

    /// <summary>The same for one of <see cref="Operations"/>; in decimal every total has its exact share.</summary>
    public static decimal AllocatedPerOperation(Operation operation) =>
        AllocatedBytes(operation) / (decimal)Operations;

    /// <remarks>By this method's name callgrind knows where to begin and to end counting instructions.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Measured(Action call, int calls)
    {
        for (var done = 0; done < calls; done++) call();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void WarmUp(Action call, int calls)
    {
        for (var done = 0; done < calls; done++) call();
    }
}
