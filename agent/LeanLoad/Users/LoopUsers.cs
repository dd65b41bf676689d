using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>The users of one loop. All but the counts is for the loop's thread; other threads post to it.</summary>
/// <param name="http">The loop and its HTTP state.</param>
/// <param name="iterations">Where iterations are counted.</param>
/// <param name="run">What the users of all loops share.</param>
sealed class LoopUsers(HttpLoop http, IterationTable iterations, SharedRun run)
{
    readonly List<UserRunner> runners = [];
    int started;
    int running;
    int stopped;
    int failed;

    public EventLoop Loop => http.Loop;

    public HttpLoop Http => http;

    public IterationTable Iterations => iterations;

    public SharedRun Run => run;

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int Running => Volatile.Read(ref running);

    /// <summary>Users whose stop is complete.</summary>
    public int Stopped => Volatile.Read(ref stopped);

    /// <summary>Users whose start failed.</summary>
    public int Failed => Volatile.Read(ref failed);

    /// <summary>Users that no longer wait for their start to end.</summary>
    public int Started => Volatile.Read(ref started);

    public void Admit(UserPlan plan, int index, Supplies supplies)
    {
        var runner = new UserRunner(this, plan, index);
        runner.Position = runners.Count;
        runners.Add(runner);
        runner.Begin(supplies);
    }

    /// <summary>No further iteration begins: those who pause are woken to stop.</summary>
    public void BeginStop()
    {
        foreach (var runner in runners.ToArray()) runner.BeginStop();
    }

    /// <summary>Ends what is in flight: the requests fail as cut.</summary>
    public void Cut()
    {
        foreach (var runner in runners.ToArray()) runner.Cut();
    }

    internal void OnStarted()
    {
        started++;
        running++;
    }

    internal void OnStartFailed(UserRunner runner, Exception fault)
    {
        started++;
        failed++;
        Remove(runner);
        run.OnStartFailed(runner.Plan, fault);
    }

    internal void OnStopping() => running--;

    internal void OnStopped(UserRunner runner)
    {
        stopped++;
        Remove(runner);
    }

    void Remove(UserRunner runner)
    {
        var last = runners[^1];
        runners[runner.Position] = last;
        last.Position = runner.Position;
        runners.RemoveAt(runners.Count - 1);
    }
}
