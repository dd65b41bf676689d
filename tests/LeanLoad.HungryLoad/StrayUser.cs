using System.Runtime.CompilerServices;

namespace LeanLoad.HungryLoad;

/// <summary>
/// Is refused memory where nobody catches it: on a thread of the pool, and in a finalizer. Says at its end whether
/// finalizers still run.
/// </summary>
[LoadUser(Scenario = "stray")]
sealed class StrayUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Stray()
    {
        ThreadPool.UnsafeQueueUserWorkItem(static _ => Refuse(), null);
        Leave();
        GC.Collect();
    }

    protected override ValueTask Stop()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine("Finalizers go on.");
        return default;
    }

#pragma warning disable CA1065, CA2201 // As the runtime throws it there.
    static void Refuse() => throw new OutOfMemoryException();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Leave() => _ = new Left();

    sealed class Left
    {
        ~Left() => Refuse();
    }
#pragma warning restore CA1065, CA2201
}
