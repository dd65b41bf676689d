using System.Diagnostics;
using System.Threading.Tasks.Sources;
using LeanLoad.Http;
using LeanLoad.Loop;

namespace LeanLoad.Users;

/// <summary>
/// One user's life: start, iterations with think time between them, stop. It is the synchronization context of its user's code and the awaited value
/// of its own pauses, so that an iteration allocates nothing beside what the author's code does.
/// </summary>
sealed class UserRunner(LoopUsers users, UserPlan plan, int index) : UserContext(users.Http), ITimerTarget, IValueTaskSource
{
    const int NoTimer = -1;

    readonly FlowCursor? flow = plan.HasFlow ? new FlowCursor(plan.Root) : null;
    UserRandom random = UserRandom.ForUser(users.Run.Seed, index);
    HttpSession? session;
    Supplies? supplies;
    Action<object?>? waiting;
    object? waitingState;
    int timer = NoTimer;
    bool isIdle;
    bool isPausing;
    bool isLast;

    public UserPlan Plan => plan;

    /// <summary>Where its loop keeps it; for the loop's list alone.</summary>
    public int Position { get; set; }

    /// <summary>Begins the user's life in a step of its own.</summary>
    public void Begin(Supplies supplies)
    {
        this.supplies = supplies;
        Scope = plan.StartScope;
        Post(static runner => _ = ((UserRunner)runner!).RunAsync(), this);
    }

    /// <summary>Ends a pause between two iterations, so that the user notices that the run stops; one inside an iteration is part of it.</summary>
    public void BeginStop()
    {
        if (isIdle) Wake();
    }

    /// <summary>Ends the request or pause in flight, and refuses further ones.</summary>
    public void Cut()
    {
        IsCut = true;
        session?.Close();
        if (isPausing) Wake();
    }

    public void OnTimer()
    {
        timer = NoTimer;
        Wake();
    }

    public override ValueTask Pause(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        if (!Loop.IsCurrent) throw new InvalidOperationException("A user pauses on its own loop; this is another thread. Leave out ConfigureAwait(false) and Task.Run before it.");
        if (isPausing) throw new InvalidOperationException("A user pauses once at a time: await the pause before.");
        ThrowIfCut();
        isPausing = true;
        return Sleep(time);
    }

    public override double NextUniform() => random.NextUniform();

    public override void LeaveFlow() => flow?.Leave();

    public override void StopUser() => isLast = true;

    public override void StopRun(string reason, bool hasFailed) => users.Run.Stop(new AskedStop($"{plan.Class.Name} (user {index})", reason, hasFailed));

#pragma warning disable CA1031 // The edge of the author's code: its faults are counted and shown, and the other users go on.
    async Task RunAsync()
    {
        var user = await TryStartAsync();
        supplies = null;
        if (user is null) return;
        users.OnStarted();

        // In this method, not in one of its own: an async method that waits costs an object each time it is called.
        var (dueAt, turns) = (0L, 0);
        while (!isLast && users.Run.TryTakeIteration())
        {
            var task = flow is null ? plan.Pick(random.NextUniform()) : flow.Next(ref random);
            var (turn, beganAt) = (Loop.Now, Stopwatch.GetTimestamp());
            Exception? thrown = null;
            Loop.Ledger.Enter(task.Scope);
            Pay(task.Scope);
            try
            {
                await task.Entry.Run(user);
            }
            catch (OperationCanceledException) when (IsCut)
            {
                // The run's end, not the author's fault.
            }
            catch (FeedEndedException)
            {
                // The feed has said what follows: this user stops, or the run.
            }
            catch (Exception fault)
            {
                thrown = fault;
                users.Run.OnIterationFailed(plan, task, fault);
            }

            Pay(Memory.Scope.Engine);
            if (isPausing) ForgetPause();
            users.Iterations.Record(task.Scope, (long)Stopwatch.GetElapsedTime(beganAt).TotalMicroseconds, thrown is not null);
            if (users.Run.OnStep is { } onStep)
            {
                onStep(new UserStep(plan, task.Entry.Name, task.Scope, Stopwatch.GetElapsedTime(beganAt), thrown));
                isLast |= ++turns == plan.Tasks.Count;
                continue;
            }

            if (isLast || users.Run.IsStopping) break;
            var think = user.ThinkTime;
            var pause = think.Draw(random.NextUniform());
            if (think.IsPacing) pause = UntilNext(pause, beganAt, ref dueAt);
            // An iteration that never waited would keep the loop to itself.
            if (pause <= TimeSpan.Zero && Loop.Now != turn) continue;
            isIdle = true;
            await Sleep(pause);
            isIdle = false;
        }

        users.OnStopping();
        await TryStopAsync(user);
        session?.Close();
        users.OnStopped(this);
    }

    async ValueTask<User?> TryStartAsync()
    {
        Loop.Ledger.Enter(plan.StartScope);
        var beganAt = Stopwatch.GetTimestamp();
        try
        {
            var user = plan.Class.Create(supplies!);
            user.Index = index;
            user.Context = this;
            if (user is HttpUser http) http.Session = session = new HttpSession(users.Http, this);
            await user.Start();
            Tell("Start", plan.StartScope, beganAt, null);
            return user;
        }
        catch (FeedEndedException)
        {
            // There is nothing for it to do: it has been, and is gone.
            session?.Close();
            users.OnStarted();
            users.OnStopping();
            users.OnStopped(this);
            return null;
        }
        catch (Exception fault)
        {
            Pay(Memory.Scope.Engine);
            session?.Close();
            Tell("Start", plan.StartScope, beganAt, fault);
            users.OnStartFailed(this, fault);
            return null;
        }
        finally
        {
            Pay(Memory.Scope.Engine);
        }
    }

    async ValueTask TryStopAsync(User user)
    {
        Pay(plan.StopScope);
        Loop.Ledger.Enter(plan.StopScope);
        var beganAt = Stopwatch.GetTimestamp();
        try
        {
            await user.Stop();
            Tell("Stop", plan.StopScope, beganAt, null);
        }
        catch (Exception fault)
        {
            Tell("Stop", plan.StopScope, beganAt, fault);
            users.Run.OnStopFailed(plan, fault);
        }

        Pay(Memory.Scope.Engine);
    }
#pragma warning restore CA1031

    void Tell(string step, int scope, long beganAt, Exception? fault)
    {
        if (users.Run.OnStep is not { } onStep) return;
        Pay(Memory.Scope.Engine);
        onStep(new UserStep(plan, step, scope, Stopwatch.GetElapsedTime(beganAt), fault));
    }

    /// <summary>Lets a scope pay from now on, also after the next await.</summary>
    void Pay(int scope)
    {
        Scope = scope;
        Loop.Ledger.Switch(scope);
    }

    /// <summary>
    /// The time left until the next iteration is due, a period after the last one was: so lateness of the timer does not add up. After an iteration
    /// that took longer, the period begins anew.
    /// </summary>
    static TimeSpan UntilNext(TimeSpan period, long beganAt, ref long dueAt)
    {
        var ticks = (long)(period.TotalSeconds * Stopwatch.Frequency);
        // Within a period of the last due time the iteration was in step; else it is the first, or was late.
        var lateness = beganAt - dueAt;
        dueAt = (lateness >= 0 && lateness < ticks ? dueAt : beganAt) + ticks;
        var now = Stopwatch.GetTimestamp();
        return dueAt > now ? TimeSpan.FromSeconds((dueAt - now) / (double)Stopwatch.Frequency) : TimeSpan.Zero;
    }

    ValueTask Sleep(TimeSpan time)
    {
        timer = Loop.AddTimer(time, this);
        return new ValueTask(this, 0);
    }

    void Wake()
    {
        if (timer != NoTimer) Loop.CancelTimer(timer);
        timer = NoTimer;
        if (waiting is not { } resumed) return;
        waiting = null;
        Loop.Resume(this, resumed, waitingState);
    }

    /// <summary>A pause that the task began and did not await.</summary>
    void ForgetPause()
    {
        isPausing = false;
        if (timer != NoTimer) Loop.CancelTimer(timer);
        timer = NoTimer;
    }

    void ThrowIfCut()
    {
        if (IsCut) throw new OperationCanceledException("The run has ended.");
    }

    void IValueTaskSource.GetResult(short token)
    {
        if (!isPausing) return;
        isPausing = false;
        ThrowIfCut();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        timer == NoTimer ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        (waiting, waitingState) = (continuation, state);
}
