using System.Diagnostics;
using System.Threading.Tasks.Sources;
using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>
/// One user's life: start, iterations with think time between them, stop. It is the synchronization context of its
/// user's code and the awaited value of its own pauses, so that an iteration allocates nothing beside what the author's
/// code does.
/// </summary>
sealed class UserRunner(GroupUsers users, UserPlan plan, int index)
    : UserContext(users.Loop), ITimerTarget, IValueTaskSource
{
    const int NoTimer = -1;

    /// <summary>Half of for ever, so that its sum with the present is still one.</summary>
    const long Longest = long.MaxValue / 2;

    readonly FlowCursor? flow = plan.HasFlow ? new FlowCursor(plan.Root) : null;
    UserRandom random = UserRandom.ForUser(users.Shared.Seed, index);
    HttpSession? session;
    Supplies? supplies;
    Action<object?>? waiting;
    object? waitingState;
    int timer = NoTimer;
    bool isIdle;
    bool isWaiting;
    bool isPausing;
    bool isLast;

    // When its pause ends, or when the arrival was due that it has taken; 0 where there is neither.
    long dueAt;

    public UserPlan Plan => plan;

    public override HttpLoop Http => users.Http;

    /// <summary>Where its loop keeps it; for the loop's list alone.</summary>
    public int Position { get; set; }

    /// <summary>Whether it is to stop after what it does now.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Begins the user's life in a step of its own.</summary>
    public void Begin(Supplies supplies)
    {
        this.supplies = supplies;
        Scope = plan.StartScope;
        Post(static runner => _ = ((UserRunner)runner!).BeginAsync(), this);
    }

    /// <summary>
    /// Ends a pause or wait between two iterations, so that the user notices what has changed; a pause inside an
    /// iteration is part of it.
    /// </summary>
    public void Rouse()
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

    /// <summary>Takes an arrival; the user waits for one.</summary>
    public void BeginDue(long dueAt)
    {
        this.dueAt = dueAt;
        Wake();
    }

    /// <summary>
    /// Lets the user stop: at once where it pauses or waits between iterations, else after its iteration.
    /// </summary>
    public void Release()
    {
        IsReleased = true;
        Rouse();
    }

    public void OnTimer()
    {
        timer = NoTimer;
        if (isIdle && dueAt != 0) users.Slip.Record(Micros.Between(dueAt, Loop.Now));
        Wake();
    }

    public override ValueTask Pause(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        if (!Loop.IsCurrent)
        {
            throw new InvalidOperationException("A user pauses on its own loop; this is another thread. Leave out "
                + "ConfigureAwait(false) and Task.Run before it.");
        }

        if (isPausing) throw new InvalidOperationException("A user pauses once at a time: await the pause before.");
        ThrowIfCut();
        isPausing = true;
        return Sleep(Stopwatch.GetTimestamp() + TicksOf(time));
    }

    public override double NextUniform() => random.NextUniform();

    public override void LeaveFlow() => flow?.Leave();

    public override void StopUser() => isLast = true;

    public override void StopRun(string reason, bool hasFailed) =>
        users.Shared.Stop(new AskedStop($"{plan.Class.Name} (user {index})", reason, hasFailed));

#pragma warning disable CA1031 // The edge of the author's code: its faults are counted, and the other users go on.
    async Task BeginAsync()
    {
        try
        {
            var user = await TryStartAsync();
            supplies = null;
            if (user is null) return;
            users.OnStarted();
            // Not awaited: what a user keeps while it lives is the state of this one method.
            _ = RunAsync(user);
        }
        catch (OutOfMemoryException)
        {
            users.Shared.OnOutOfMemory(plan.Class.Name);
        }
    }

    async Task RunAsync(User user)
    {
        // In this method, not in one of its own: an async method that waits costs an object each time it is called.
        var (endedAt, pacedAt, turns, goesOn) = (0L, 0L, 0, false);
        // The engine's own steps may be refused memory, too. Nothing may leave this method: its task would keep the
        // exception, which takes memory as well, and what that throws nobody catches: it would end the run.
        try
        {
            while (!isLast && !IsReleased && !users.Run.IsStopping)
            {
                (isIdle, dueAt) = (false, 0);
                if (users.IsGated)
                {
                    await Wait();
                    goesOn = false;
                    continue;
                }

                if (users.Arrivals is { } arrivals)
                {
                    if (!arrivals.TryTakeWaiting(out dueAt))
                    {
                        arrivals.AddFree(this);
                        await Wait();
                        goesOn = false;
                        // Woken to stop, not to work.
                        if (dueAt == 0) continue;
                    }
                }
                else if (!users.Run.TryTakeIteration()) break;

                var task = flow is null ? plan.Pick(random.NextUniform()) : flow.Next(ref random);
                // Where it goes on without a pause, the end of the last is the beginning: a reading of the clock less.
                var beganAt = goesOn ? endedAt : Stopwatch.GetTimestamp();
                var (turn, began) = (Loop.Now, users.Windows.Current);
                goesOn = false;
                Exception? thrown = null;
                if (endedAt != 0) users.OnPaused(Micros.Between(endedAt, beganAt));
                if (dueAt != 0) beganAt = dueAt;
                if (session is not null) session.NextDueAt = dueAt;
                isIdle = false;
                users.OnIterationBegun();
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
                    users.Shared.OnIterationFailed(plan, task, fault);
                }

                Pay(Memory.Scope.Engine);
                if (isPausing) ForgetPause();
                endedAt = Stopwatch.GetTimestamp();
                users.OnIterationEnded(task.Scope, Micros.Between(beganAt, endedAt), thrown is not null, began);
                if (users.Shared.OnStep is { } onStep)
                {
                    onStep(new UserStep(plan, task.Entry.Name, task.Scope, Stopwatch.GetElapsedTime(beganAt, endedAt),
                        thrown));
                    isLast |= ++turns == plan.Tasks.Count;
                    continue;
                }

                if (isLast || IsReleased || users.Run.IsStopping) break;
                if (!TryThink(user, beganAt, ref pacedAt, out var pause)) break;
                // An iteration that never waited would keep the loop to itself.
                goesOn = pause <= TimeSpan.Zero && Loop.Now != turn;
                if (goesOn) continue;
                isIdle = true;
                // To let others have a turn is no pause: there is nothing to be late with.
                dueAt = pause <= TimeSpan.Zero ? 0 : endedAt + TicksOf(pause);
                await Sleep(dueAt == 0 ? endedAt : dueAt);
                isIdle = false;
            }
        }
        catch (OutOfMemoryException)
        {
            users.Shared.OnOutOfMemory(plan.Class.Name);
        }

        try
        {
            users.OnStopping();
            await TryStopAsync(user);
            session?.Close();
        }
        catch (OutOfMemoryException)
        {
            users.Shared.OnOutOfMemory(plan.Class.Name);
        }

        // Whatever its stop came to: the run's end waits for all that were there.
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
            if (IsCut) users.OnStartCut();
            return user;
        }
        catch (FeedEndedException)
        {
            session?.Close();
            users.OnNothingToDo(this);
            return null;
        }
        catch (Exception fault) when (IsCut && !RefusedMemory.IsCauseOf(fault))
        {
            // A request that was cut has no answer: what the author's code makes of that is not its fault.
            session?.Close();
            users.OnStartCut();
            users.OnNothingToDo(this);
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
        catch (Exception fault) when (IsCut && !RefusedMemory.IsCauseOf(fault))
        {
            // As in a start: the run's end.
        }
        catch (Exception fault)
        {
            Tell("Stop", plan.StopScope, beganAt, fault);
            users.Shared.OnStopFailed(plan, fault);
        }

        Pay(Memory.Scope.Engine);
    }

    /// <summary>
    /// How long the user pauses now. In an open model it does not: who comes when is the arrival rate's alone.
    /// </summary>
    /// <returns>False where the author's code threw: nobody knows how long to pause then, and without a pause the
    /// target would get more than was asked for.</returns>
    bool TryThink(User user, long beganAt, ref long pacedAt, out TimeSpan pause)
    {
        pause = TimeSpan.Zero;
        if (users.Arrivals is not null) return true;
        try
        {
            var think = user.ThinkTime;
            pause = think.Draw(random.NextUniform());
            if (think.IsPacing) pause = UntilNext(pause, beganAt, ref pacedAt);
            return true;
        }
        catch (Exception fault)
        {
            users.Shared.OnThinkTimeFailed(plan, fault);
            return false;
        }
    }
#pragma warning restore CA1031

    void Tell(string step, int scope, long beganAt, Exception? fault)
    {
        if (users.Shared.OnStep is not { } onStep) return;
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
    /// The time left until the next iteration is due, a period after the last one was: so lateness of the timer does
    /// not add up. After an iteration that took longer, the period begins anew.
    /// </summary>
    static TimeSpan UntilNext(TimeSpan period, long beganAt, ref long pacedAt)
    {
        var ticks = TicksOf(period);
        // Within a period of the last due time the iteration was in step; else it was late. The first has none before
        // it: 0 is when the machine started, which may be less than a period ago.
        var lateness = beganAt - pacedAt;
        pacedAt = (pacedAt != 0 && lateness >= 0 && lateness < ticks ? pacedAt : beganAt) + ticks;
        var now = Stopwatch.GetTimestamp();
        return pacedAt > now ? TimeSpan.FromSeconds((pacedAt - now) / (double)Stopwatch.Frequency) : TimeSpan.Zero;
    }

    static long TicksOf(TimeSpan time) =>
        (long)Math.Min(time.Ticks * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond), Longest);

    ValueTask Sleep(long until)
    {
        timer = Loop.AddTimerAt(Loop.DueMs(until, TimeSpan.Zero), this);
        return new ValueTask(this, 0);
    }

    /// <summary>Waits between two iterations until <see cref="Wake"/>, without a time.</summary>
    ValueTask Wait()
    {
        isIdle = isWaiting = true;
        return new ValueTask(this, 0);
    }

    void Wake()
    {
        if (timer != NoTimer) Loop.CancelTimer(timer);
        timer = NoTimer;
        isWaiting = false;
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
        timer == NoTimer && !isWaiting ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        (waiting, waitingState) = (continuation, state);
}
