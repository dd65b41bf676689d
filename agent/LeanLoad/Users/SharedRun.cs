using LeanLoad.Memory;
namespace LeanLoad.Users;

/// <summary>
/// What the users of all loops share: whether to go on, and the first example of what went wrong. Thread-safe.
/// </summary>
/// <param name="iterations">Of each group of users, iterations in total; null: without end.</param>
/// <param name="seed">Of all that users draw at random.</param>
sealed class SharedRun(IReadOnlyList<long?> iterations, long seed)
{
    readonly Lock gate = new();
    readonly Dictionary<string, Fault> faults = [];
    AskedStop? asked;
    volatile bool isStopping;

    public long Seed => seed;

    /// <summary>What the users of each group share.</summary>
    public IReadOnlyList<GroupRun> Groups { get; } = [.. iterations.Select(static total => new GroupRun(total))];

    /// <summary>
    /// Told of each step of a user that has ended, on its loop; then every user does each of its tasks once, without
    /// think time.
    /// </summary>
    public Action<UserStep>? OnStep { get; set; }

    /// <summary>True once no further iteration may begin.</summary>
    public bool IsStopping => isStopping;

    /// <summary>
    /// What user code threw: by place and type, with a count and the first message. At most 100 kinds.
    /// </summary>
    public IReadOnlyCollection<Fault> Faults
    {
        get { lock (gate) return [.. faults.Values]; }
    }

    /// <summary>What user code asked for first; null while it asked for nothing.</summary>
    public AskedStop? Asked => Volatile.Read(ref asked);

    /// <summary>No further iteration may begin. Allocates nothing.</summary>
    public void Stop()
    {
        isStopping = true;
        // Not foreach: of a list it makes an enumerator, and memory may be why the run stops.
        for (var group = 0; group < Groups.Count; group++) Groups[group].Stop();
    }

    /// <summary>Stops at a user's wish: the first one counts.</summary>
    public void Stop(AskedStop stop)
    {
        Interlocked.CompareExchange(ref asked, stop, null);
        Stop();
    }

    /// <summary>
    /// The user class whose code met an OutOfMemoryException first; null where none did. Any thread may set it.
    /// </summary>
    public string? OutOfMemoryAt { get; private set; }

    /// <summary>Memory was refused: whoever governs the run hears of it at his next look. Allocates nothing.</summary>
    /// <param name="place">A text that exists already.</param>
    public void OnOutOfMemory(string place) => OutOfMemoryAt ??= place;

    public void OnStartFailed(UserPlan plan, Exception fault)
    {
        if (!IsOutOfMemory(plan, fault)) Count($"{plan.Class.Name}.Start", fault);
    }

    public void OnIterationFailed(UserPlan plan, PlannedTask task, Exception fault)
    {
        if (!IsOutOfMemory(plan, fault)) Count($"{plan.Class.Name}.{task.Entry.Name}", fault);
    }

    public void OnThinkTimeFailed(UserPlan plan, Exception fault)
    {
        if (!IsOutOfMemory(plan, fault)) Count($"{plan.Class.Name}.ThinkTime", fault);
    }

    public void OnStopFailed(UserPlan plan, Exception fault)
    {
        if (!IsOutOfMemory(plan, fault)) Count($"{plan.Class.Name}.Stop", fault);
    }

    // Nothing may be allocated for it: there would be another at once, and that one would end the user without a word.
    bool IsOutOfMemory(UserPlan plan, Exception fault)
    {
        if (!RefusedMemory.IsCauseOf(fault)) return false;
        OnOutOfMemory(plan.Class.Name);
        return true;
    }

    void Count(string place, Exception fault)
    {
        const int maxKinds = 100;
        var key = $"{place}: {fault.GetType().Name}";
        lock (gate)
        {
            if (faults.TryGetValue(key, out var known)) faults[key] = known with { Count = known.Count + 1 };
            else if (faults.Count < maxKinds) faults.Add(key, new Fault(place, fault.GetType().Name, fault.Message, 1));
        }
    }
}

/// <summary>That user code ended the run.</summary>
/// <param name="Who">Class and user.</param>
/// <param name="Reason">As it said.</param>
/// <param name="HasFailed">Whether the run counts as failed.</param>
sealed record AskedStop(string Who, string Reason, bool HasFailed);

/// <summary>An exception that a load file let escape.</summary>
/// <param name="Place">Class and method.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Example">The first message.</param>
/// <param name="Count">How often.</param>
sealed record Fault(string Place, string Type, string Example, long Count);
