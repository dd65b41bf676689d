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
    List<UserRunner>? parked;

    public EventLoop Loop => http.Loop;

    public HttpLoop Http => http;

    public IterationTable Iterations => iterations;

    public SharedRun Run => run;

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int Running { get; private set; }

    /// <summary>Users whose stop is complete.</summary>
    public int Stopped { get; private set; }

    /// <summary>Users whose start failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Users that no longer wait for their start to end.</summary>
    public int Started { get; private set; }

    /// <summary>From now on until <see cref="Release"/>, a user that has started waits before its first iteration.</summary>
    public bool IsParking { get; set; }

    public void Admit(UserPlan plan, int index, Supplies supplies)
    {
        var runner = new UserRunner(this, plan, index);
        runner.Position = runners.Count;
        runners.Add(runner);
        runner.Begin(supplies);
    }

    /// <summary>Lets the users that wait before their first iteration go on.</summary>
    public void Release()
    {
        IsParking = false;
        var waiting = parked;
        parked = null;
        if (waiting is null) return;
        foreach (var runner in waiting) runner.Wake();
    }

    /// <summary>No further iteration begins: those who pause or wait are woken to stop.</summary>
    public void BeginStop()
    {
        Release();
        foreach (var runner in runners.ToArray()) runner.Wake();
    }

    /// <summary>Ends what is in flight: the requests fail as cut.</summary>
    public void Cut()
    {
        foreach (var runner in runners.ToArray()) runner.Cut();
    }

    internal void OnStarted()
    {
        Started++;
        Running++;
    }

    internal void OnStartFailed(UserRunner runner, Exception fault)
    {
        Started++;
        Failed++;
        Remove(runner);
        run.OnStartFailed(runner.Plan, fault);
    }

    internal void OnStopping() => Running--;

    internal void OnStopped(UserRunner runner)
    {
        Stopped++;
        Remove(runner);
    }

    internal void Park(UserRunner runner) => (parked ??= []).Add(runner);

    void Remove(UserRunner runner)
    {
        var last = runners[^1];
        runners[runner.Position] = last;
        last.Position = runner.Position;
        runners.RemoveAt(runners.Count - 1);
    }
}
