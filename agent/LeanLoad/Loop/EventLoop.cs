using System.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Loop;

/// <summary>
/// One thread that runs all code of its users, one step at a time: waits for sockets and times, tells their owners,
/// runs what was posted. No locks but the one around the hand-over of posted work (<see cref="PostedWork"/>).
/// </summary>
sealed class EventLoop : ITurn, IDisposable
{
    readonly Poller poller;
    readonly TimerWheel timers = new();
    readonly Thread thread;
    readonly PostedWork posted;
    readonly long origin = Stopwatch.GetTimestamp();
    readonly Action<EventLoop, Exception> onFault;
    bool isStopping;
    long turnBegan;
    long pacedUntil = long.MaxValue;

    /// <param name="index">0 for the first loop.</param>
    /// <param name="scopes">How many scopes its ledger has.</param>
    /// <param name="poller">What it waits with; it is disposed with the loop.</param>
    /// <param name="onFault">Told of an exception that posted code let escape; the loop goes on.</param>
    public EventLoop(int index, int scopes, Poller poller, Action<EventLoop, Exception> onFault)
    {
        Index = index;
        this.poller = poller;
        this.onFault = onFault;
        Ledger = new Ledger(scopes);
        posted = new PostedWork(refused => onFault(this, refused));
        thread = new Thread(Run) { Name = $"loop {index}", IsBackground = true };
    }

    public int Index { get; }

    public Ledger Ledger { get; }

    /// <summary>When this turn began: <see cref="Stopwatch.GetTimestamp"/>, read once per turn.</summary>
    public long Now { get; private set; }

    /// <summary><see cref="Now"/> in milliseconds since the loop was made; the timers' unit.</summary>
    public long NowMs => (long)((Now - origin) * 1000.0 / Stopwatch.Frequency);

    /// <summary><see cref="Now"/> in milliseconds since the loop was made, not rounded.</summary>
    public double NowExactMs => (Now - origin) * 1000.0 / Stopwatch.Frequency;

    /// <summary>
    /// Bytes its thread had allocated in all when it was last read; of an ended loop, the final figure.
    /// </summary>
    public Bytes ThreadAllocated { get; private set; }

    /// <summary>
    /// Called in each turn with its time, releases what is due by then, and says when the next is due
    /// (<see cref="long.MaxValue"/>: nothing is). Finer than the timers' milliseconds: arrivals may come every hundred
    /// microseconds. On the loop's thread alone.
    /// </summary>
    public Func<long, long>? Pace { get; set; }

    /// <summary>
    /// How long turns took, in microseconds: what became ready meanwhile has waited at most as long. Their sum is the
    /// time in which the loop was busy. For the loop's thread, or after it has ended.
    /// </summary>
    /// <remarks>All of it from the beginning: there is nobody to catch what recording a long turn would throw for want
    /// of memory, and turns are long when memory is short.</remarks>
    public LatencyHistogram Turns { get; } = new(reservedUs: LatencyHistogram.HighestUs);

    /// <summary>
    /// How long its present turn has lasted; zero while it waits. For other threads, to see a loop that is blocked.
    /// </summary>
    public TimeSpan TurnAge
    {
        get
        {
            var began = Volatile.Read(ref turnBegan);
            return began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(began);
        }
    }

    public void Start() => thread.Start();

    /// <summary>Lets the present turn end and the thread with it.</summary>
    public void Stop(TimeSpan patience)
    {
        isStopping = true;
        posted.Close();
        poller.Wake();
        if (thread.IsAlive && thread != Thread.CurrentThread) thread.Join(patience);
    }

    /// <summary>
    /// Brings the ledger and <see cref="ThreadAllocated"/> to the present, so that they agree to the byte; on the
    /// loop's thread.
    /// </summary>
    public void ReadThreadAllocated()
    {
        Ledger.Switch(Ledger.Current);
        ThreadAllocated = Ledger.Total;
    }

    /// <summary>Queues work for a context; from any thread. The loop is woken only where it may be waiting.</summary>
    /// <remarks>
    /// What it throws for want of memory goes to the code of a user where that called; on a thread of the runtime's,
    /// where a timer or a library resumes a user, the user would be lost. There it tells, and tries again until a
    /// turn of the loop has made room, or the run is over.
    /// </remarks>
    public void Post(LoopContext context, SendOrPostCallback work, object? state)
    {
        var item = new PostedWork.Item(context, work, state);
        if (IsCurrent) posted.Add(item);
        else if (posted.AddPatiently(item)) poller.Wake();
    }

    /// <summary>
    /// Asks for <paramref name="target"/> to be told after a time from now, never before; on the loop's thread.
    /// </summary>
    /// <returns>A handle for <see cref="CancelTimer"/>.</returns>
    /// <remarks>The wheel counts whole milliseconds: a time is rounded up to the next.</remarks>
    public int AddTimer(TimeSpan after, ITimerTarget target) =>
        AddTimerAt(DueMs(Stopwatch.GetTimestamp(), after), target);

    /// <summary>
    /// Asks for <paramref name="target"/> to be told as soon as <see cref="NowMs"/> has reached
    /// <paramref name="dueMs"/>.
    /// </summary>
    /// <returns>A handle for <see cref="CancelTimer"/>.</returns>
    public int AddTimerAt(long dueMs, ITimerTarget target) => timers.Add(dueMs, target);

    /// <summary>The first <see cref="NowMs"/> that is not before a time after <paramref name="timestamp"/>.</summary>
    /// <remarks>Rounded up once, from the sum: both parts rounded by themselves could be up to a millisecond
    /// early.</remarks>
    public long DueMs(long timestamp, TimeSpan after) =>
        (long)Math.Ceiling((timestamp - origin) * 1000.0 / Stopwatch.Frequency + after.TotalMilliseconds);

    public void CancelTimer(int handle) => timers.Cancel(handle);

    public Channel Open(System.Net.Sockets.AddressFamily family, IChannelOwner owner) => poller.Open(family, owner);

    /// <summary>Runs a context's continuation now, at its expense; on the loop's thread.</summary>
    public void Resume(LoopContext context, Action<object?> continuation, object? state)
    {
        var before = SynchronizationContext.Current;
        var paying = Enter(context);
        continuation(state);
        Leave(before, paying);
    }

    /// <summary>Whether the caller is on this loop's thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == thread;

    void ITurn.Begin() => BeginTurn();

    void ITurn.Tell(IChannelOwner owner, bool isReadable, bool isWritable)
    {
        try
        {
            owner.OnReady(isReadable, isWritable);
        }
#pragma warning disable CA1031 // The edge of the loop's thread: for want of memory, say; the other sockets go on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            RecoverFrom(fault);
        }
    }

    void BeginTurn()
    {
        Now = Stopwatch.GetTimestamp();
        Volatile.Write(ref turnBegan, Now);
    }

    public void Dispose()
    {
        if (!isStopping) Stop(TimeSpan.FromSeconds(1));
        // A thread that user code holds up still needs its poller; both end with the process.
        if (!thread.IsAlive) poller.Dispose();
    }

    void Run()
    {
        Ledger.Begin();
        BeginTurn();
        while (true)
        {
            RunPosted();
            RunTimers();
            RunPace();
            if (posted.IsOver) break;
            var ended = Stopwatch.GetTimestamp();
            Turns.Record((long)((ended - Now) * (1e6 / Stopwatch.Frequency)));
            Volatile.Write(ref turnBegan, 0);
            poller.Wait(UntilNext(ended), this);
        }

        ReadThreadAllocated();
    }

    /// <summary>How long nothing is due; negative for no end.</summary>
    TimeSpan UntilNext(long present)
    {
        if (posted.IsPressing) return TimeSpan.Zero;
        var dueAt = pacedUntil;
        if (timers.NextDueMs(NowMs) is >= 0 and var ms)
        {
            dueAt = Math.Min(dueAt, origin + (long)((NowMs + ms) * (Stopwatch.Frequency / 1000.0)));
        }

        if (dueAt == long.MaxValue) return Timeout.InfiniteTimeSpan;
        // A tick of 100 ns more: to wake just before a time would be to wake twice.
        return dueAt <= present ? TimeSpan.Zero : Stopwatch.GetElapsedTime(present, dueAt) + TimeSpan.FromTicks(1);
    }

    void RunPace()
    {
        if (Pace is null) return;
        try
        {
            pacedUntil = Pace(Now);
        }
#pragma warning disable CA1031 // The edge of the loop's thread.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            RecoverFrom(fault);
        }
    }

    void RunPosted()
    {
        foreach (var work in posted.Take())
        {
            var paying = Enter(work.Context);
            try
            {
                work.Callback(work.State);
            }
#pragma warning disable CA1031 // The edge of the loop's thread: one user's fault must not end all the others.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                onFault(this, fault);
            }

            Leave(null, paying);
        }

        posted.Return();
    }

    void RunTimers()
    {
        while (true)
        {
            try
            {
                timers.AdvanceTo(NowMs);
                return;
            }
#pragma warning disable CA1031 // The edge of the loop's thread.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                RecoverFrom(fault);
            }
        }
    }

    /// <summary>Whoever paid or ran when the engine's own code threw: it is the engine's turn again.</summary>
    void RecoverFrom(Exception fault)
    {
        Leave(null, Scope.Engine);
        onFault(this, fault);
    }

    int Enter(LoopContext context)
    {
        SynchronizationContext.SetSynchronizationContext(context);
        return Ledger.Switch(context.Scope);
    }

    /// <remarks>
    /// The engine's own code runs without a context: what it awaits, in TLS, is resumed at once and on this thread,
    /// where any other context would send it to the thread pool, or to the user who happened to run last.
    /// </remarks>
    void Leave(SynchronizationContext? context, int paying)
    {
        SynchronizationContext.SetSynchronizationContext(context);
        Ledger.Switch(paying);
    }
}
