using LeanLoad.Cli;
using LeanLoad.Report;

namespace LeanLoad;

/// <summary>What a run that has no memory left still does.</summary>
static class Spared
{
    /// <summary>Does what may be refused memory, and goes on without it where it is.</summary>
    public static void Do(Action work)
    {
        try
        {
            work();
        }
        catch (OutOfMemoryException)
        {
            // Users' code that cannot be cut holds all there is; the reserve is what results are written with.
        }
    }

    /// <summary>Whether memory is what ended the run.</summary>
    public static bool IsOverMemory(this Outcome? outcome) => outcome is { ExitCode: (int)ExitCode.OverMemory };
}
