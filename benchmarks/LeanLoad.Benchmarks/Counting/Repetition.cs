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
        var prepared = operation.Prepare();
        try
        {
            return Count(prepared, operations / operation.PerCall, operation.IsElsewhere);
        }
        finally
        {
            prepared.Close();
        }
    }

    /// <summary>The same for one of <see cref="Operations"/>; in decimal every total has its exact share.</summary>
    public static decimal AllocatedPerOperation(Operation operation) =>
        AllocatedBytes(operation) / (decimal)Operations;

    static long Count(Prepared prepared, int calls, bool isElsewhere)
    {
        var (call, allocatedBytes, _) = prepared;
        WarmUp(call, calls);
        // What lives on is old from here on: the instructions of a write barrier depend on it.
        GC.Collect();
        GC.Collect();
        // Whoever asks the collector after each collection has asked.
        call();
        var before = allocatedBytes();
        Begin();
        if (isElsewhere) MeasuredElsewhere(call, calls);
        else Measured(call, calls);
        End();
        var bytes = allocatedBytes() - before;
        if (isElsewhere && bytes > 0) bytes = Math.Min(bytes, CountAgain(prepared, calls));
        return bytes;
    }

    /// <summary>
    /// When two threads first meet at the loop's lock, which may be at any time, it makes the event that they wait for:
    /// once for each loop, it is no operation's. What operations allocate comes again.
    /// </summary>
    static long CountAgain(Prepared prepared, int calls)
    {
        var before = prepared.AllocatedBytes();
        MeasuredElsewhere(prepared.Call, calls);
        return prepared.AllocatedBytes() - before;
    }

    /// <remarks>By the names of this method and the next three callgrind knows what to count.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Begin()
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void End()
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Measured(Action call, int calls)
    {
        for (var done = 0; done < calls; done++) call();
    }

    /// <summary>The caller only waits meanwhile, sometimes longer and sometimes shorter: it is not counted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void MeasuredElsewhere(Action call, int calls)
    {
        for (var done = 0; done < calls; done++) call();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void WarmUp(Action call, int calls)
    {
        for (var done = 0; done < calls; done++) call();
    }
}
