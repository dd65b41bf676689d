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

    /// <summary>Where no more than this is left, the kernel sees to it that it is not exceeded.</summary>
    static readonly Bytes LeastNear = Bytes.FromMiB(8);

    readonly LiveBudget? live = budget is null ? null : new LiveBudget(budget);
    readonly long? killsBefore = memory.ReadKills();
    Bytes inUse;
    Bytes? room;
    DataLimit? own;
    volatile bool isRefused;
    readonly long beganAt = Stopwatch.GetTimestamp();
    long toldAt = Stopwatch.GetTimestamp();
    MemoryMoment ofSecond;

    /// <summary>Told of limits that change, and of the reading that shows it; null: nobody wants to know.</summary>
    public Action<LimitChange, MemoryReading>? OnLimit { get; init; }

    /// <summary>When most was charged.</summary>
    public MemoryMoment Highest { get; private set; }

    /// <summary>What the heap of a child may come to, so that it can be full without <see cref="Danger"/>.</summary>
    /// <param name="outside">What it takes beside its heap.</param>
    /// <returns>Null where nobody knows a limit; zero and less where nothing is left.</returns>
    public Bytes? HeapOfChild(Bytes outside)
    {
        Look();
        return room is { } left ? left - outside - Governor.Ending(inUse + left) : null;
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
        own ??= budget is null ? null : DataLimit.OfThisProcess();
        Await(task, deadline, own);
        // One that is given up may go on.
        if (Danger is null) own?.Lift();
    }

    /// <summary>What was ended may have heard it, and given back what it held.</summary>
    public void LookAgain()
    {
        var reason = Danger;
        Look();
        Danger = reason;
        if (own is not null) Bound(own);
    }

    /// <summary>The same for what a child process does.</summary>
    public void Await(Task task, Process child, Deadline deadline)
    {
        using var limit = budget is null ? null : DataLimit.OfChild(child.Id);
        memory.Accompany(child.Id);
        Await(task, deadline, limit);
        memory.Leave();
    }

    void Await(Task task, Deadline deadline, DataLimit? limit)
    {
        Look();
        Task[] tasks = [task];
        while (!task.IsCompleted && !deadline.HasPassed() && Danger is null)
        {
            if (limit is not null) Bound(limit);
            var wait = room is { } left ? Math.Clamp((int)(left.MiB / MiBPerMs), LeastMs, MostMs) : MostMs;
            Task.WaitAny(tasks, wait, CancellationToken.None);
            Look();
        }
    }

    // Between two looks it may take no more than is left: an eighth of the budget is gone before the next one where it
    // takes several hundred MiB a second, or nobody looks for a while because the machine is crowded.
    void Bound(DataLimit limit)
    {
        if (room is not { } left) return;
        var amount = inUse + left;
        if (left > Near(amount)) limit.Lift();
        else limit.Allow(left - Governor.Ending(amount) * 0.5);
    }

    static Bytes Near(Bytes budget) => budget * 0.25 > LeastNear ? budget * 0.25 : LeastNear;

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
            Danger = isRefused ? RefusedMemory.OfRuntime : Governor.TooLittle(reading, room);
            if (live!.Look(reading, Stopwatch.GetElapsedTime(beganAt)) is { } change) OnLimit?.Invoke(change, reading);
        }

        var now = new MemoryMoment(reading, memory.Detail, Users: 0);
        if (reading.Unreclaimable > ofSecond.Reading.Unreclaimable) ofSecond = now;
        if (reading.Unreclaimable > Highest.Reading.Unreclaimable) Highest = now;
        if (Stopwatch.GetElapsedTime(toldAt) < TimeSpan.FromSeconds(1)) return;
        memory.ReadProportional();
        Tell();
    }
}
