using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using Serilog;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Makes what all users share: each bootstrap runs exactly once per agent, one after the other, before the first user
/// exists. There is no way to run it again: the object is used up.
/// </summary>
/// <param name="http">The loop that those in process run on.</param>
/// <param name="log">The agent's log.</param>
/// <param name="args">The agent's arguments, for a child process.</param>
/// <param name="agent">Which agent of the fleet it is, from 0, and of how many; null: the only one.</param>
/// <param name="watch">Looks at memory meanwhile; null in a child, whose parent does.</param>
/// <param name="heap">Of a child; null in an agent.</param>
sealed class Bootstrapper(
    HttpLoop http, ILogger log, string[] args, (int Index, int Count)? agent = null, BootstrapWatch? watch = null,
    ChildHeap? heap = null)
{
    /// <summary>What those who are asked to end get for hearing it.</summary>
    static readonly TimeSpan LongestHearing = TimeSpan.FromMilliseconds(100);

    int used;

    /// <summary>Runs the bootstraps in order and adds their results to the supplies.</summary>
    /// <param name="entries">Each after those it needs.</param>
    /// <param name="scopeOf">The scope that pays for an entry.</param>
    /// <param name="supplies">Settings; results are added.</param>
    /// <param name="cancel">Ends the wait; whatever runs is abandoned.</param>
    /// <exception cref="BootstrapFailure">One failed.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Run(IEnumerable<BootstrapEntry> entries, Func<BootstrapEntry, int> scopeOf, Supplies supplies,
        CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref used, 1) != 0)
        {
            throw new InvalidOperationException("Bootstraps run once per agent.");
        }

        foreach (var entry in entries)
        {
            log.Debug("Bootstrap {Name} begins{Where}", entry.Name, entry.Isolated ? " in a child process" : "");
            var result = entry.Isolated
                ? RunInChild(entry, scopeOf(entry), cancel)
                : RunOnLoop(entry, scopeOf(entry), supplies, cancel);
            supplies.Add(entry.Result, result
                ?? throw new BootstrapFailure(entry.Name, $"it returned null instead of a {entry.Result.Name}."));
        }
    }

    /// <summary>Runs one bootstrap on the loop, and waits for it.</summary>
    public object? RunOnLoop(BootstrapEntry entry, int scope, Supplies supplies, CancellationToken cancel) =>
        OnLoop(entry, scope,
            (session, deadline) => entry.Run(supplies, new BootstrapContext(session, log, agent), deadline), cancel);

    /// <summary>
    /// Lets a child process run it. The result is read on the loop, so that the bootstrap pays for what the agent keeps
    /// of it.
    /// </summary>
    object? RunInChild(BootstrapEntry entry, int scope, CancellationToken cancel)
    {
        var isolated = new IsolatedBootstrap(entry, args, log, watch);
        return isolated.Run(cancel) is { } json
            ? OnLoop(entry, scope, (_, _) => Task.FromResult(isolated.Read(json)), cancel)
            : null;
    }

    object? OnLoop(
        BootstrapEntry entry, int scope, Func<HttpSession, CancellationToken, Task<object?>> work,
        CancellationToken cancel)
    {
        // Whoever steps through it takes his time.
        using var deadline = new Deadline(
            System.Diagnostics.Debugger.IsAttached ? null : entry.TimeLimit, cancel);
        var finished = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = new LoopContext(http.Loop) { Scope = scope };
        context.Post(_ => _ = RunAsync(), null);
        if (watch is not null) watch.Await(finished.Task, deadline);
        else if (heap is not null) heap.Await(finished.Task, deadline);
        else deadline.Await(finished.Task);
        // Once: it may end just now, and then did so in time.
        var isFinished = finished.Task.IsCompleted;
        if (isFinished) watch?.Release();
        if (isFinished && finished.Task.Exception is null) return finished.Task.Result;
        // Whatever a bootstrap throws once it is asked to end, it was asked to.
        cancel.ThrowIfCancellationRequested();
        if (!isFinished)
        {
            // It may hear that, and give back what it holds; who does not is left.
            deadline.LetHear(LongestHearing);
            watch?.LookAgain();
            throw (heap is { IsRefused: true } ? RefusedMemory.OfRuntime : watch?.Danger) is { } danger
                ? new BootstrapFailure(entry.Name, $"it was ended: {danger}.", isForWantOfMemory: true)
                : new BootstrapFailure(entry.Name, TooLong(entry));
        }

        var own = finished.Task.Exception!.InnerException!;
        if (own is BootstrapFailure failure) throw failure;
        var isOver = deadline.Token.IsCancellationRequested && own is OperationCanceledException;
        throw new BootstrapFailure(
            entry.Name, isOver ? TooLong(entry) : Describe(own), RefusedMemory.IsCauseOf(own));

        async Task RunAsync()
        {
            HttpSession? session = null;
            http.Loop.Ledger.Enter(scope);
            try
            {
                session = new HttpSession(http, context, isCounted: false);
                finished.SetResult(await work(session, deadline.Token));
            }
#pragma warning disable CA1031 // The edge of the author's code: its fault becomes the run's.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                finished.SetException(fault);
            }
            finally
            {
                session?.Close();
            }
        }
    }

    public static string TooLong(BootstrapEntry entry) =>
        $"it did not finish within {entry.TimeLimit.TotalSeconds:0} s. Raise [Bootstrap(TimeLimitSeconds = …)], or "
        + "see what it waits for.";

    /// <summary>An exception in one line: its message, and its type where the message alone would not tell.</summary>
    public static string Describe(Exception fault) => $"{fault.GetType().Name}: {fault.Message}";
}
