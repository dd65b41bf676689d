using LeanLoad.Cli;
using LeanLoad.Memory;
using LeanLoad.Report;

namespace LeanLoad;

/// <summary>What a run that has no memory left still does.</summary>
static class Spared
{
    /// <summary>Does what may be refused memory, and goes on without it where it is.</summary>
    /// <param name="work">Made before: with the heap full, not even a delegate may be had.</param>
    /// <returns>Whether it was done.</returns>
    public static bool Do(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            // Users' code that cannot be cut holds all there is; the reserve is what results are written with.
            return false;
        }
    }

    /// <summary>
    /// Does what the end of a run cannot go without; where memory is refused, again when it has been collected, for two
    /// seconds: users whose code cannot be cut still hold theirs until it ends.
    /// </summary>
    /// <param name="work">What may be begun anew.</param>
    public static void Insist(Action work)
    {
        const int Attempts = 40;
        for (var attempt = 1; attempt < Attempts; attempt++)
        {
            try
            {
                work();
                return;
            }
            catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
            {
                Thread.Sleep(50);
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }

        work();
    }

    /// <summary>Whether memory is what ended the run.</summary>
    public static bool IsOverMemory(this Outcome? outcome) => outcome is { ExitCode: (int)ExitCode.OverMemory };
}
