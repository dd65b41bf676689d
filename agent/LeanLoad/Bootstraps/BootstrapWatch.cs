using System.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Memory while bootstraps run, an isolated one's child process among it: looked at by the thread that waits for them,
/// which ends a bootstrap that would leave nothing to end in.
/// </summary>
/// <param name="memory">What memory is read with.</param>
/// <param name="budget">What bootstraps may use; null where nothing is guarded.</param>
/// <param name="onSecond">Told of the highest reading of each second.</param>
sealed class BootstrapWatch(MemoryReader memory, Budget? budget, Action<MemoryMoment> onSecond)
{
    /// <summary>Between two looks: one for each 4 MiB that are left.</summary>
    const int LeastMs = 1, MostMs = 10, MiBPerMs = 4;

    /// <summary>Said where even looking was refused memory.</summary>
    const string OfAgent = "the agent was refused memory while it waited";

    readonly LiveBudget? live = budget is null ? null : new LiveBudget(budget);
    readonly long? killsBefore = memory.ReadKills();
    Bytes inUse;
    Bytes? room;
    Bytes native;
    Bytes? heapOfChild;
    FloodBound? bound;
    volatile bool isRefused;
    readonly long beganAt = Stopwatch.GetTimestamp();
    long toldAt = Stopwatch.GetTimestamp();
    MemoryMoment ofSecond;

    /// <summary>Told of limits that change, and of the reading that shows it; null: nobody wants to know.</summary>
    public Action<LimitChange, MemoryReading>? OnLimit { get; init; }

    /// <summary>
    /// Told when this process may map no more than is left, and so had better make no threads, and when it may again;
    /// null: nobody wants to know.
    /// </summary>
    public Action<bool>? OnBound { get; init; }

    /// <summary>When most was charged.</summary>
    public MemoryMoment Highest { get; private set; }

    /// <summary>What the heap of a child may come to, so that it can be full without <see cref="Danger"/>.</summary>
    /// <param name="outside">What it takes beside its heap.</param>
    /// <returns>Null where nobody knows a limit; zero and less where nothing is left.</returns>
    public Bytes? HeapOfChild(Bytes outside)
    {
        Look();
        return heapOfChild = room is { } left ? left - outside - Governor.Ending(inUse + left) : null;
    }

    /// <summary>That too little is left to go on, for people; null while there is enough.</summary>
    public string? Danger { get; private set; }

    /// <summary>
    /// A thread of the runtime's was refused memory: what is waited for may never be told what it waits for. From any
    /// thread; allocates nothing.
    /// </summary>
    public void OnRefused() => isRefused = true;

    /// <summary>Whether the kernel has killed a process of ours since.</summary>
    public bool HasKernelKilled
    {
        get
        {
            Look();
            return memory.ReadKills() > killsBefore;
        }
    }

    /// <summary>Whether who was last waited for ever was bound to what was left (<see cref="FloodBound"/>).</summary>
    public bool HasBound => bound is { WasBound: true };

    /// <summary>
    /// Waits until a task has ended, however, or its deadline has passed, or it is to be ended for
    /// <see cref="Danger"/>. Who then goes on stays bound, if he was, until <see cref="Release"/>.
    /// </summary>
    public void Await(Task task, Deadline deadline) =>
        Await(task, deadline, DataLimit.OfThisProcess() is { } own ? new FloodBound(own) { OnChange = OnBound } : null);

    /// <summary>The same for what a child process does.</summary>
    public void Await(Task task, Process child, Deadline deadline)
    {
        using var limit = DataLimit.OfChild(child.Id);
        memory.Accompany(child.Id);
        try
        {
            Await(task, deadline, limit is null ? null : new FloodBound(limit));
        }
        finally
        {
            memory.Leave();
        }
    }

    /// <summary>What was waited for has ended.</summary>
    public void Release() => bound?.Release();

    /// <summary>
    /// What was given up may have heard it. Where it has given back so much that a quarter of the budget is free, it is
    /// let go: results are written in less.
    /// </summary>
    public void LookAgain()
    {
        var reason = Danger;
        try
        {
            Look();
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            return;
        }
        finally
        {
            Danger = reason;
        }

        if (room is { } left && left > (inUse + left) * 0.25) Release();
    }

    void Await(Task task, Deadline deadline, FloodBound? flood)
    {
        bound = flood;
        try
        {
            Look();
            Task[] tasks = [task];
            while (!task.IsCompleted && !deadline.HasPassed() && Danger is null)
            {
                var wait = room is { } left ? Math.Clamp((int)(left.MiB / MiBPerMs), LeastMs, MostMs) : MostMs;
                Task.WaitAny(tasks, wait, CancellationToken.None);
                var before = native;
                Look();
                Bind(native - before);
            }
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            Danger = OfAgent;
        }
    }

    // Of a child the parent cannot tell heap from native memory: so it may have in any case what its heap may come to,
    // which commits arrays before it writes to them.
    void Bind(Bytes taken)
    {
        if (bound is null || room is not { } left) return;
        bound.Look(taken, left, Governor.Ending(inUse + left), Stopwatch.GetElapsedTime(beganAt), heapOfChild);
    }

    /// <summary>Tells what was not told yet.</summary>
    public void Tell()
    {
        if (ofSecond.Reading.Unreclaimable == Bytes.Zero) return;
        onSecond(ofSecond);
        ofSecond = default;
        toldAt = Stopwatch.GetTimestamp();
    }

    void Look()
    {
        var reading = memory.Read(connections: 0);
        if (budget is not null)
        {
            (inUse, room) = (reading.Unreclaimable, Budget.Room(budget.Asked, reading));
            native = inUse - (reading.Live > reading.Committed ? reading.Live : reading.Committed);
            Danger = isRefused ? RefusedMemory.OfRuntime : Governor.TooLittle(reading, room);
            if (live!.Look(reading, Stopwatch.GetElapsedTime(beganAt)) is { } change)
            {
                heapOfChild = null;
                OnLimit?.Invoke(change, reading);
            }
        }

        var now = new MemoryMoment(reading, memory.Detail, Users: 0);
        if (reading.Unreclaimable > ofSecond.Reading.Unreclaimable) ofSecond = now;
        if (reading.Unreclaimable > Highest.Reading.Unreclaimable) Highest = now;
        if (Stopwatch.GetElapsedTime(toldAt) < TimeSpan.FromSeconds(1)) return;
        memory.ReadProportional();
        Tell();
    }
}
