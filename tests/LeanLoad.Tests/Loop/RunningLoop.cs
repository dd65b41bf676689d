using System.Collections.Concurrent;
using LeanLoad.Loop;

namespace LeanLoad.Tests.Loop;

/// <summary>An event loop on its thread, and ways to have it do something.</summary>
sealed class RunningLoop : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly BlockingCollection<string> faults = [];

    public RunningLoop(PollerChoice choice, int scopes = 3)
    {
        Loop = new EventLoop(0, scopes, choice.Create(), (_, fault) => faults.Add(fault.Message));
        Context = new LoopContext(Loop);
        Loop.Start();
    }

    public EventLoop Loop { get; }

    /// <summary>At the engine's expense.</summary>
    public LoopContext Context { get; }

    public void Do(Action<EventLoop> work) => Ask<object?>(loop =>
    {
        work(loop);
        return null;
    });

    public T Ask<T>(Func<EventLoop, T> work) =>
        RunAsync(() => Task.FromResult(work(Loop))).WaitAsync(Patience).GetAwaiter().GetResult();

    /// <summary>Runs code in a context of its own on the loop.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work, LoopContext? context = null)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        (context ?? new LoopContext(Loop)).Post(_ => _ = RunAsync(), null);
        return done.Task.WaitAsync(Patience);

        async Task RunAsync()
        {
            try
            {
                done.SetResult(await work());
            }
#pragma warning disable CA1031 // Brought to the test's own thread.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                done.SetException(fault);
            }
        }
    }

    public string[] TakeFaults(int count)
    {
        var taken = new string[count];
        for (var index = 0; index < count; index++)
        {
            if (!faults.TryTake(out taken[index]!, Patience)) throw new TimeoutException("no fault was reported");
        }

        return taken;
    }

    public void Dispose()
    {
        Loop.Stop(TimeSpan.FromSeconds(5));
        Loop.Dispose();
        faults.Dispose();
    }
}
