using System.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Memory while bootstraps run, an isolated one's child process among it: looked at by the thread that waits for them,
/// which ends a bootstrap that would leave nothing to end in. The heap is bounded; what it takes beside that is not.
/// </summary>
/// <param name="memory">What memory is read with.</param>
/// <param name="budget">What bootstraps may use; null where nothing is guarded.</param>
/// <param name="onSecond">Told of the highest reading of each second.</param>
sealed class BootstrapWatch(MemoryReader memory, Budget? budget, Action<MemoryMoment> onSecond)
{
    /// <summary>Between two looks: one for each 4 MiB that are left, for so fast can it be taken.</summary>
    const int LeastMs = 1, MostMs = 10, MiBPerMs = 4;

    /// <summary>
    /// Who takes what is left so fast that it would be gone within this is bound: some looks, and one that comes late
    /// because the machine is crowded.
    /// </summary>
    static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(30);

    readonly LiveBudget? live = budget is null ? null : new LiveBudget(budget);
    readonly long? killsBefore = memory.ReadKills();
    Bytes inUse;
    Bytes? room;
    Bytes native;
    Bytes? heapOfChild;
    Pace pace;
    volatile bool isRefused;
    readonly long beganAt = Stopwatch.GetTimestamp();
    long toldAt = Stopwatch.GetTimestamp();
    MemoryMoment ofSecond;

    /// <summary>Told of limits that change, and of the reading that shows it; null: nobody wants to know.</summary>
    public Action<LimitChange, MemoryReading>? OnLimit { get; init; }

    /// <summary>
    /// Told whether this process may map no more than is left, and so had better make no threads; null: nobody wants to
    /// know.
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

    /// <summary>
    /// Waits until a task has ended, however, or its deadline has passed, or it is to be ended for
    /// <see cref="Danger"/>.
    /// </summary>
    public void Await(Task task, Deadline deadline)
    {
        var own = budget is null ? null : DataLimit.OfThisProcess();
        Await(task, deadline, own, OnBound);
        // One that is given up may go on.
        if (task.IsCompleted || Danger is null) Unbind(own, OnBound);
    }

    /// <summary>The same for what a child process does.</summary>
    public void Await(Task task, Process child, Deadline deadline)
    {
        using var limit = budget is null ? null : DataLimit.OfChild(child.Id);
        memory.Accompany(child.Id);
        Await(task, deadline, limit, told: null);
        memory.Leave();
    }

    /// <summary>What was ended may have heard it, and given back what it held.</summary>
    public void LookAgain()
    {
        if (Danger is not { } reason) return;
        Look();
        Danger = reason;
        if (room is { } left && left > (inUse + left) * 0.25) Unbind(DataLimit.OfThisProcess(), OnBound);
    }

    void Await(Task task, Deadline deadline, DataLimit? limit, Action<bool>? told)
    {
        Look();
        pace = default;
        pace.Add(Bytes.Zero, Stopwatch.GetElapsedTime(beganAt));
        Task[] tasks = [task];
        while (!task.IsCompleted && !deadline.HasPassed() && Danger is null)
        {
            var wait = room is { } left ? Math.Clamp((int)(left.MiB / MiBPerMs), LeastMs, MostMs) : MostMs;
            Task.WaitAny(tasks, wait, CancellationToken.None);
            var before = native;
            Look();
            if (limit is not null) Bind(limit, native - before, told);
        }
    }

    // Who takes memory so fast that the rest of it may be gone before the next look may take no more than is left.
    // Nobody else is bound, for what is mapped counts whether or not it is written to; nor a heap, which has a limit of
    // its own, and commits arrays before it writes to them. Of a child the parent cannot tell which of the two it
    // takes: so it may have in any case what its heap may come to.
    void Bind(DataLimit limit, Bytes taken, Action<bool>? told)
    {
        if (room is not { } left) return;
        var perSecond = pace.Add(taken, Stopwatch.GetElapsedTime(beganAt));
        var ending = Governor.Ending(inUse + left);
        if ((left - ending).Count > perSecond * Horizon.TotalSeconds)
        {
            Unbind(limit, told);
            return;
        }

        told?.Invoke(true);
        limit.Allow(left - ending * 0.5, heapOfChild);
    }

    static void Unbind(DataLimit? limit, Action<bool>? told)
    {
        limit?.Lift();
        told?.Invoke(false);
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
