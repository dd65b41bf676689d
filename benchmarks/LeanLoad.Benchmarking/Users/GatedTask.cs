using System.Threading.Tasks.Sources;
using LeanLoad.Loop;

namespace LeanLoad.Benchmarking.Users;

/// <summary>
/// A user's task that is done only when it is asked for: so a real user, started as in a run, does so many iterations
/// of it and then waits. Around the task nothing is allocated, so what its scope is charged is the task's own. There is
/// no think time between iterations.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="loop">The user's loop.</param>
sealed class GatedTask(TaskEntry task, EventLoop loop) : IValueTaskSource, IDisposable
{
    readonly ManualResetEventSlim done = WaitedFor();
    readonly LoopContext own = new(loop);
    SendOrPostCallback? open;
    Action<object?>? waiting;
    object? waitingState;
    LoopContext? user;
    int left;
    bool isClosed;

    /// <summary>The task as its user is to run it.</summary>
    public TaskEntry Entry => task with { Run = RunAsync };

    /// <summary>What the task threw first; null where it threw nothing.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Has the user do so many iterations; returns when the last one has ended.</summary>
    /// <param name="iterations">1 or more.</param>
    /// <param name="patience">How long it may take.</param>
    /// <returns>Whether it ended in time.</returns>
    public bool Run(int iterations, TimeSpan patience)
    {
        done.Reset();
        Volatile.Write(ref left, iterations);
        own.Post(open ??= _ => Open(), null);
        return done.Wait(patience);
    }

    /// <summary>Lets the user go on to its end.</summary>
    public void Close()
    {
        Volatile.Write(ref isClosed, true);
        own.Post(open ??= _ => Open(), null);
    }

    public void Dispose() => done.Dispose();

    /// <summary>
    /// The lock of an event becomes an object when somebody first waits, or sets it while somebody is about to; here,
    /// so that the loop never pays for it.
    /// </summary>
    static ManualResetEventSlim WaitedFor()
    {
        var done = new ManualResetEventSlim();
        done.Wait(TimeSpan.FromMilliseconds(1));
        return done;
    }

    async ValueTask RunAsync(User doer)
    {
        while (true)
        {
            // Asked for again before it waited, it has gone on by itself; the opening that comes late must not let it
            // on twice.
            while (Volatile.Read(ref left) == 0 && !Volatile.Read(ref isClosed)) await new ValueTask(this, 0);
            if (Volatile.Read(ref isClosed)) return;
            try
            {
                await task.Run(doer);
            }
#pragma warning disable CA1031 // The edge of the author's code: its fault becomes the benchmark's.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Fault ??= fault;
            }

            if (--left == 0) done.Set();
        }
    }

    /// <summary>On the loop: the user that waits goes on.</summary>
    void Open()
    {
        if (waiting is not { } resumed) return;
        waiting = null;
        loop.Resume(user!, resumed, waitingState);
    }

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        user = (LoopContext)SynchronizationContext.Current!;
        (waiting, waitingState) = (continuation, state);
    }
}
