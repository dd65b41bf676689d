using System.Diagnostics;
using System.Threading.Tasks.Sources;
using LeanLoad.Http;
using LeanLoad.Loop;

namespace LeanLoad.Users;

/// <summary>
/// One user's life: start, iterations with think time between them, stop. It is the synchronization context of its user's code and the awaited value
/// of its own pauses, so that an iteration allocates nothing beside what the author's code does.
/// </summary>
sealed class UserRunner(LoopUsers users, UserPlan plan, int index) : LoopContext(users.Loop), ITimerTarget, IValueTaskSource
{
    const int NoTimer = -1;

    UserRandom random = UserRandom.ForUser(users.Run.Seed, index);
    HttpSession? session;
    Supplies? supplies;
    Action<object?>? waiting;
    object? waitingState;
    int timer = NoTimer;

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

    /// <summary>Ends a pause.</summary>
    public void Wake()
    {
        if (timer != NoTimer) Loop.CancelTimer(timer);
        timer = NoTimer;
        if (waiting is not { } resumed) return;
        waiting = null;
        Loop.Resume(this, resumed, waitingState);
    }

    /// <summary>Ends the request in flight, and refuses further ones.</summary>
    public void Cut() => session?.Close();

    public void OnTimer()
    {
        timer = NoTimer;
        Wake();
    }

#pragma warning disable CA1031 // The edge of the author's code: its faults are counted and shown, and the other users go on.
    async Task RunAsync()
    {
        var user = await TryStartAsync();
        supplies = null;
        if (user is null) return;
        users.OnStarted();

        // In this method, not in one of its own: an async method that waits costs an object each time it is called.
        while (users.Run.TryTakeIteration())
        {
            var task = plan.Pick(random.NextUniform());
            var (turn, beganAt, failed) = (Loop.Now, Stopwatch.GetTimestamp(), false);
            Loop.Ledger.Enter(task.Scope);
            Pay(task.Scope);
            try
            {
                await task.Entry.Run(user);
            }
            catch (Exception fault)
            {
                failed = true;
                users.Run.OnIterationFailed(plan, task, fault);
            }

            Pay(Memory.Scope.Engine);
            users.Iterations.Record(task.Scope, (long)Stopwatch.GetElapsedTime(beganAt).TotalMicroseconds, failed);
            if (users.Run.IsStopping) break;
            var pause = user.ThinkTime.Draw(random.NextUniform());
            if (pause > TimeSpan.Zero) await Pause(pause);
            // An iteration that never waited would keep the loop to itself.
            else if (Loop.Now == turn) await Pause(TimeSpan.Zero);
        }

        users.OnStopping();
        await TryStopAsync(user);
        session?.Close();
        users.OnStopped(this);
    }

    async ValueTask<User?> TryStartAsync()
    {
        Loop.Ledger.Enter(plan.StartScope);
        try
        {
            var user = plan.Class.Create(supplies!);
            user.Index = index;
            if (user is HttpUser http) http.Session = session = new HttpSession(users.Http, this);
            await user.Start();
            return user;
        }
        catch (Exception fault)
        {
            Pay(Memory.Scope.Engine);
            session?.Close();
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
        try
        {
            await user.Stop();
        }
        catch (Exception fault)
        {
            users.Run.OnStopFailed(plan, fault);
        }

        Pay(Memory.Scope.Engine);
    }
#pragma warning restore CA1031

    /// <summary>Lets a scope pay from now on, also after the next await.</summary>
    void Pay(int scope)
    {
        Scope = scope;
        Loop.Ledger.Switch(scope);
    }

    ValueTask Pause(TimeSpan time)
    {
        timer = Loop.AddTimer(time, this);
        return Wait();
    }

    /// <summary>Waits until <see cref="Wake"/>.</summary>
    ValueTask Wait() => new(this, 0);

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => ValueTaskSourceStatus.Pending;

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        (waiting, waitingState) = (continuation, state);
}
