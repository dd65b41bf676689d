using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace LeanLoad.HungryLoad;

/// <summary>
/// Is refused memory where nobody catches it: on a thread of the pool, and in a finalizer. Says at its end whether
/// finalizers still run, and leave time to the others.
/// </summary>
[LoadUser(Scenario = "stray")]
sealed class StrayUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Stray()
    {
        RefuseElsewhere();
        Leave();
        GC.Collect();
    }

    protected override ValueTask Stop()
    {
        // Enough that what takes time is to collect.
        var kept = new object[200_000];
        for (var index = 0; index < kept.Length; index++) kept[index] = new object();
        var (began, collecting) = (Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration());
        for (var collection = 0; collection < 10; collection++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        GC.KeepAlive(kept);
        var isPaced = Stopwatch.GetElapsedTime(began) > (GC.GetTotalPauseDuration() - collecting) * 2.5;
        Console.WriteLine(isPaced ? "Finalizers go on, and leave time." : "Finalizers go on.");
        return default;
    }

    internal static void RefuseElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static _ => Refuse(), null);

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

/// <summary>Waits for good in a child process, for a thread that was refused memory.</summary>
sealed record Strayed(bool IsDone)
{
    [Bootstrap(Isolated = true)]
    public static async Task<Strayed> Take(CancellationToken cancel)
    {
        StrayUser.RefuseElsewhere();
        await Task.Delay(Timeout.Infinite, cancel);
        return new Strayed(true);
    }
}

/// <summary>Never comes to share it.</summary>
[LoadUser(Scenario = "strayed")]
sealed class StrayedUser(Strayed strayed) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(strayed);
        return default;
    }
}

/// <summary>Waits so in the agent itself, before the first user.</summary>
static class StrayChores
{
    [RunStarted(Scenario = "astray")]
    public static async Task Wait(CancellationToken cancel)
    {
        StrayUser.RefuseElsewhere();
        await Task.Delay(Timeout.Infinite, cancel);
    }
}

/// <summary>Never comes.</summary>
[LoadUser(Scenario = "astray")]
sealed class AstrayUser : Idler;
