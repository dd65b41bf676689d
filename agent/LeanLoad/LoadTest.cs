using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Loop;
using LeanLoad.Memory;

namespace LeanLoad;

/// <summary>
/// The whole of a run: scenario, bootstrap, users, and the budget that admits, holds or stops them.
/// </summary>
public static class LoadTest
{
    /// <summary>Runs the load that the calling program declares.</summary>
    /// <param name="args">The program's arguments; <c>--help</c> lists them.</param>
    /// <returns>The exit code: 0 passed, 1 internal error, 2 usage or settings, 3 target unreachable or bootstrap
    /// failed, 86 would exceed memory, 87 results not stored completely, 88 the generator was the limit, 99 thresholds
    /// failed or nothing succeeded, 105 stopped by a signal.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, new LoadOptions());

    /// <summary>The same, where the load file says something about its load and its thresholds itself.</summary>
    /// <param name="args">The program's arguments; they win over <paramref name="options"/>.</param>
    /// <param name="options">What the load file says.</param>
    /// <returns>The exit code, as above.</returns>
    public static Task<int> RunAsync(string[] args, LoadOptions options)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(options);
        // What tells how it ended is made now: when memory is what ended it, there may be none to make it. (What Main
        // returns is made of it; where a run was refused memory, all is collected before.)
        var ended = new TaskCompletionSource<int>();
        var direct = Console.Error;
        using var errors = new LooseWriter(StandardError.Open);
        Console.SetError(errors);
        Action finish = errors.Finish;
        // The control plane is this thread: it waits, and needs no pool of threads to do so.
        try
        {
            ended.SetResult((int)Run(args, options, errors));
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            ended.SetResult((int)EndForWantOfMemory());
        }
#pragma warning disable CA1031 // The process's edge.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // Where memory cannot be had even to tell what it was, that is what it came of.
            ended.SetResult((int)(TryTell(fault) ? ExitCode.InternalError : EndForWantOfMemory()));
        }
        finally
        {
            // It is only the log, and to wait takes memory, too.
            Spared.Do(finish);
            Console.SetError(direct);
        }

        return ended.Task;
    }

    static bool TryTell(Exception fault)
    {
        try
        {
            Console.Error.WriteLine($"A fault of LeanLoad itself, which is worth a report: {fault}");
            return true;
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            return false;
        }
    }

    // Not even the reserve was enough to sum the run up; the journal has what was told until then.
    static ExitCode EndForWantOfMemory()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            Console.Error.WriteLine(
                "The run ended for want of memory, and so did its summary: give it a larger budget, or fewer users.");
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            // The exit code says it.
        }

        return ExitCode.OverMemory;
    }

    static ExitCode Run(string[] args, LoadOptions options, LooseWriter errors)
    {
        // From the first moment on a signal means "end with what there is"; but for one in a program that will start
        // itself anew: it has nothing yet, and what it heard would be lost with it. Until the process is gone: a Ctrl-C
        // that the profiler passes on may come after the last record, and must not kill what is being sent.
#pragma warning disable CA2000
        var signal = SelfExec.IsNeeded() ? null : new StopSignal();
#pragma warning restore CA2000
        var request =
            RunRequest.Read(args, ScenarioTable.Registered, options, Console.Out, Console.Error, out var exit);
        if (request is null) return exit;
        if (BootstrapChild.FromEnvironment() is { } child) return BootstrapChildRun.Run(request, child);

        if (request.Options.IsOne) return OneUserRun.Run(request, Console.Out, signal ?? new StopSignal());

        using var memory = MemoryReader.Open();
        var budget = Budget.Resolve(request.Options.Memory, memory.Read(connections: 0), memory.Ahead);
        if (budget.Problem is not null)
        {
            Console.Error.WriteLine(budget.Problem);
            return ExitCode.Usage;
        }

        var collector = GcSettings.For(budget.Amount, request.Schedule.MostUsers);
        if (request.Options.OverMemory == OverMemory.Ignore)
        {
            collector = collector with { HardLimit = null, IsUnbounded = true };
        }

        string? notReplaced = null;
        if (signal is null)
        {
            // Does not return where it works; where it does not, the caps that are built in hold.
            SignalMask.Hold();
            SelfExec.TryReplace(collector, out notReplaced);
            signal = new StopSignal();
        }

        if (request.Options.OverMemory != OverMemory.Ignore) FinalizerPace.Begin();
        using var run = new AgentRun(
            request, budget, collector.InEffect(), memory, signal, errors, PoolThreads.Begin())
        {
            CollectorProblem = notReplaced,
        };
        if (run.Problem is { } problem)
        {
            Console.Error.WriteLine(problem);
            return ExitCode.Usage;
        }

        if (!run.TryOpenControl(Console.Error)) return ExitCode.Usage;
        run.Open();
        if (run.TryMeetTarget() && run.TryBootstrap() && run.TryStart())
        {
            run.RunUsers();
            run.StopRun();
        }

        return run.Finish(Console.Out);
    }
}
