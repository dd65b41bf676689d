using System.Diagnostics;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Until when a bootstrap or a hook is waited for, by the clock and the thread that waits: near the limit of memory the
/// runtime's timers may go off no more (<see cref="Memory.UncaughtRefusals"/>). For that one thread, but for its token.
/// </summary>
sealed class Deadline : IDisposable
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    readonly CancellationTokenSource source;
    readonly TimeSpan? after;
    readonly long beganAt = Stopwatch.GetTimestamp();
    Task? hearing;

    /// <param name="after">From now; null: it has all the time.</param>
    /// <param name="cancel">Ends it before.</param>
    public Deadline(TimeSpan? after, CancellationToken cancel)
    {
        this.after = after;
        source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Token = source.Token;
    }

    /// <summary>
    /// Cancelled at a look that finds it has passed: what the author's code is given, even where it comes too late.
    /// </summary>
    public CancellationToken Token { get; }

    /// <summary>Looks whether it has passed.</summary>
    public bool HasPassed()
    {
        if (!source.IsCancellationRequested && Stopwatch.GetElapsedTime(beganAt) > after) AskToEnd();
        return source.IsCancellationRequested;
    }

    /// <summary>
    /// Has it passed, if it has not, and gives those who are to hear so a little time to do what they do then.
    /// </summary>
    public void LetHear(TimeSpan patience) => Task.WaitAny([AskToEnd()], patience);

    // What the author's code does when it hears so, it does on a thread of the pool's: whatever that is, it keeps
    // nobody who waits here.
    Task AskToEnd() => hearing ??= source.CancelAsync();

    /// <summary>Waits until a task has ended, however, or it has passed.</summary>
    public void Await(Task task)
    {
        Task[] tasks = [task];
        while (!task.IsCompleted && !HasPassed()) Task.WaitAny(tasks, LookEvery);
    }

    /// <remarks>
    /// Disposed of while some have not heard it yet, they never would; or, where a signal is what they hear, whoever
    /// disposes would wait for them.
    /// </remarks>
    public void Dispose()
    {
        if (!source.IsCancellationRequested || hearing is { IsCompleted: true }) source.Dispose();
    }
}
