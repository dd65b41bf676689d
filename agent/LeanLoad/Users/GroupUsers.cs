using LeanLoad.Http;
using LeanLoad.Load;
using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>
/// The users of one group on one loop. All but the counts is for the loop's thread; other threads post to it.
/// </summary>
/// <param name="loop">Their loop.</param>
/// <param name="index">The group's index.</param>
sealed class GroupUsers(LoopUsers loop, int index)
{
    readonly List<UserRunner> runners = [];
    readonly Vacancies vacancies = new();
    int started;
    int stopped;
    int failed;
    int cutInStart;
    long begun;
    long done;
    long threw;
    long cut;
    long inFlight;
    bool isCut;

    public EventLoop Loop { get; } = loop.Loop;

    public HttpLoop Http { get; } = loop.Http;

    /// <summary>The windows of the run, as this loop counts them.</summary>
    public WindowTable Windows { get; } = loop.Windows;

    /// <summary>What all users of the run share.</summary>
    public SharedRun Shared { get; } = loop.Run;

    /// <summary>What the group's users share over all loops.</summary>
    public GroupRun Run { get; } = loop.Run.Groups[index];

    /// <summary>The loop's lateness; all groups count in it.</summary>
    public LatencyHistogram Slip { get; } = loop.Slip;

    /// <summary>Where an open model's iterations come from; null: the model is closed.</summary>
    public Arrivals? Arrivals { get; private set; }

    /// <summary>While true, users that have started wait before their first iteration.</summary>
    public bool IsGated { get; private set; }

    /// <summary>Users whose stop is complete.</summary>
    public int Stopped => Volatile.Read(ref stopped);

    /// <summary>Users whose start failed.</summary>
    public int Failed => Volatile.Read(ref failed);

    /// <summary>Those of them whose place nobody has given up.</summary>
    public int FailedThere => vacancies.Failed;

    /// <summary>Users that the end cut off in their start; they count as stopped.</summary>
    public int CutInStart => Volatile.Read(ref cutInStart);

    /// <summary>Users that no longer wait for their start to end.</summary>
    public int Started => Volatile.Read(ref started);

    /// <summary>What became of the planned iterations. Exact on the loop's thread, or after it has ended.</summary>
    public Books Books => new(Arrivals?.Planned ?? begun, done, threw, Arrivals?.Waiting ?? 0, Arrivals?.Dropped ?? 0,
        cut, inFlight);

    /// <summary>Users that start wait before their first iteration, until <see cref="OpenGate"/>.</summary>
    public void CloseGate() => IsGated = true;

    /// <summary>Lets everybody begin.</summary>
    public void OpenGate()
    {
        if (!IsGated) return;
        IsGated = false;
        RouseAll();
    }

    /// <summary>Takes iterations from arrivals from now on; before the first user comes.</summary>
    public void UseArrivals(IReadOnlyList<int> weights, WhenBusy policy)
    {
        Arrivals = new Arrivals(this, weights, policy);
        loop.SetPace();
    }

    public void Admit(UserPlan plan, int user, Supplies supplies)
    {
        vacancies.MakeRoom(plan.Place);
        var runner = new UserRunner(this, plan, user);
        runner.Position = runners.Count;
        runners.Add(runner);
        runner.Begin(supplies);
    }

    /// <summary>
    /// Gives up so many places of a class: first those whose users have gone of themselves, then those of users that
    /// are free, who stop.
    /// </summary>
    public void Release(UserPlan plan, int count)
    {
        count -= vacancies.Take(plan.Place, count);
        for (; count > 0 && Arrivals?.TakeFree(plan.Place) is { } idle; count--) idle.Release();
        for (var at = runners.Count - 1; at >= 0 && count > 0; at--)
        {
            if (At(at) is not { IsReleased: false } runner || runner.Plan != plan) continue;
            runner.Release();
            count--;
        }
    }

    /// <summary>No further iteration begins: those who pause are woken to stop.</summary>
    public void BeginStop()
    {
        Arrivals?.End();
        RouseAll();
    }

    /// <summary>Ends what is in flight: the requests fail as cut.</summary>
    public void Cut()
    {
        isCut = true;
        for (var at = runners.Count - 1; at >= 0; at--) At(at)?.Cut();
    }

    internal void OnIterationBegun()
    {
        begun++;
        inFlight++;
    }

    /// <summary>A pause between two iterations has ended.</summary>
    internal void OnPaused(long us) => Windows.Open.AddPause(us, index);

    /// <param name="scope">Of its task.</param>
    /// <param name="us">How long it took.</param>
    /// <param name="hasThrown">Whether it threw.</param>
    /// <param name="began">The window it began in.</param>
    internal void OnIterationEnded(int scope, long us, bool hasThrown, int began)
    {
        inFlight--;
        if (isCut)
        {
            cut++;
            loop.Iterations.RecordCut(scope);
            return;
        }

        if (hasThrown) threw++;
        else done++;
        loop.Iterations.Record(scope, us, hasThrown, began, index);
    }

    internal void OnStarted()
    {
        started++;
        Run.OnStarted();
    }

    /// <summary>It has been, and is gone: it found nothing to do.</summary>
    internal void OnNothingToDo(UserRunner runner)
    {
        started++;
        OnStopped(runner);
    }

    /// <summary>The end came while somebody started, before a first iteration.</summary>
    internal void OnStartCut() => cutInStart++;

    internal void OnStartFailed(UserRunner runner, Exception fault)
    {
        started++;
        failed++;
        if (!runner.IsReleased) vacancies.AddFailed(runner.Plan.Place);
        Remove(runner);
        Shared.OnStartFailed(runner.Plan, fault);
    }

    internal void OnStopping() => Run.OnStopping();

    internal void OnStopped(UserRunner runner)
    {
        stopped++;
        if (!runner.IsReleased) vacancies.AddStopped(runner.Plan.Place);
        Remove(runner);
    }

    void RouseAll()
    {
        for (var at = runners.Count - 1; at >= 0; at--) At(at)?.Rouse();
    }

    /// <summary>
    /// The user at a place of the list, for who goes through it from its end; null where the list has become shorter.
    /// </summary>
    /// <remarks>Woken, a user may leave the list, and the last takes its place, who has been woken before: so nobody
    /// is left out. Not over a copy: on a full heap there is no room for one, and all would be left out.</remarks>
    UserRunner? At(int place) => place < runners.Count ? runners[place] : null;

    void Remove(UserRunner runner)
    {
        var last = runners[^1];
        runners[runner.Position] = last;
        last.Position = runner.Position;
        runners.RemoveAt(runners.Count - 1);
    }
}
