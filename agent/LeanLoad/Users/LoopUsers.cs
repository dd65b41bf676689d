using LeanLoad.Http;
using LeanLoad.Load;
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
    long begun;
    long done;
    long inFlight;
    bool isCut;

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

    /// <summary>The windows of the run, as this loop counts them.</summary>
    public WindowTable Windows => iterations.Windows;

    /// <summary>Where an open model's iterations come from; null: the model is closed.</summary>
    public Arrivals? Arrivals { get; private set; }

    /// <summary>
    /// How late iterations began that the generator itself is late with: pauses that ended, arrivals with a free user.
    /// In microseconds.
    /// </summary>
    public LatencyHistogram Slip { get; } = new(reservedUs: 1_000_000);

    /// <summary>While true, users that have started wait before their first iteration.</summary>
    public bool IsGated { get; private set; }

    /// <summary>What became of the planned iterations. Exact on the loop's thread, or after it has ended.</summary>
    public Books Books => new(
        Arrivals?.Planned ?? begun, done, iterations.Failures, Arrivals?.Waiting ?? 0, Arrivals?.Dropped ?? 0,
        iterations.Cut, inFlight);

    /// <summary>The generator's own lateness counts from now on: an epoch begins.</summary>
    public void BeginMeasuring()
    {
        Slip.Reset();
        Loop.Turns.Reset();
    }

    /// <summary>Users that start wait before their first iteration, until <see cref="OpenGate"/>.</summary>
    public void CloseGate() => IsGated = true;

    /// <summary>Lets everybody begin.</summary>
    public void OpenGate()
    {
        if (!IsGated) return;
        IsGated = false;
        foreach (var runner in runners.ToArray()) runner.Rouse();
    }

    /// <summary>Takes iterations from arrivals from now on; before the first user comes.</summary>
    public void UseArrivals(IReadOnlyList<int> weights, WhenBusy policy)
    {
        Arrivals = new Arrivals(this, weights, policy);
        Loop.Pace = Arrivals.Release;
    }

    /// <summary>Lets so many users of a class stop: those that are free first.</summary>
    public void Release(UserPlan plan, int count)
    {
        for (; count > 0 && Arrivals?.TakeFree(plan.Index) is { } idle; count--) idle.Release();
        var left = count;
        // Woken, a user may stop and leave the list: over a copy, the last come first.
        var all = left > 0 ? runners.ToArray() : [];
        for (var index = all.Length - 1; index >= 0 && left > 0; index--)
        {
            if (all[index].Plan != plan || all[index].IsReleased) continue;
            all[index].Release();
            left--;
        }
    }

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
        Arrivals?.End();
        foreach (var runner in runners.ToArray()) runner.Rouse();
    }

    /// <summary>Ends what is in flight: the requests fail as cut.</summary>
    public void Cut()
    {
        isCut = true;
        foreach (var runner in runners.ToArray()) runner.Cut();
    }

    internal void OnIterationBegun()
    {
        begun++;
        inFlight++;
    }

    /// <param name="scope">Of its task.</param>
    /// <param name="us">How long it took.</param>
    /// <param name="threw">Whether it threw.</param>
    /// <param name="began">The window it began in.</param>
    internal void OnIterationEnded(int scope, long us, bool threw, int began)
    {
        inFlight--;
        if (isCut)
        {
            iterations.RecordCut(scope);
            return;
        }

        if (!threw) done++;
        iterations.Record(scope, us, threw, began);
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
