using System.Diagnostics;
using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Memory;

namespace LeanLoad;

/// <summary>
/// The child's side of an isolated bootstrap: settings, one loop, one bootstrap, and its result goes home.
/// </summary>
static class BootstrapChildRun
{
    public static ExitCode Run(RunRequest request, BootstrapChild child)
    {
        // Standard output is the agent's, for its summary; a signal to the terminal's whole group is the agent's too,
        // which then ends the child.
        Console.SetOut(Console.Error);
        using var signal = new StopSignal();
        using var log = Logging.Create(request.Options.Log);
        using var loops = RunLoops.Create(request, 1, log, Stopwatch.GetTimestamp());
        var entry = request.Scenario.Bootstraps.First(one => one.Name == child.Name);
        var http = loops.All[0].Http;
        var heap = ChildHeap.OfThisProcess();
        if (request.Options.OverMemory != OverMemory.Ignore)
        {
            UncaughtRefusals.TryTell(heap.OnRefused);
            FinalizerPace.Begin();
            DataLimit.OfThisProcess()?.Announce();
        }

        var bootstrapper = new Bootstrapper(http, log, request.Args, request.Options.Agent, heap: heap);
        try
        {
            var sent = child.Run(entry, () => bootstrapper.RunOnLoop(
                entry, request.Scenario.ScopeOf(entry), request.Supplies, CancellationToken.None));
            return sent ? ExitCode.Passed : ExitCode.InternalError;
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            // Not even what happened could be sent: the exit code says it.
            return (ExitCode)BootstrapChild.OutOfMemory;
        }
    }
}
