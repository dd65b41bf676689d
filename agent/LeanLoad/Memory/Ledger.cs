using System.Diagnostics.Tracing;

namespace LeanLoad.Memory;

/// <summary>
/// Who allocated how much on one thread, exact to the byte: the thread's allocated bytes since the last switch are
/// charged to the scope that ends. So the scopes sum to <see cref="GC.GetAllocatedBytesForCurrentThread"/> by
/// construction. Used by its own thread alone; 16 bytes a scope.
/// </summary>
sealed class Ledger
{
    readonly long[] allocated;
    readonly long[] entered;
    readonly Guid[] activities;
    long lastReading;
    int current = Scope.Engine;

    /// <param name="scopes">How many scopes the run has.</param>
    public Ledger(int scopes)
    {
        allocated = new long[scopes];
        entered = new long[scopes];
        activities = new Guid[scopes];
        for (var id = 0; id < scopes; id++) activities[id] = ActivityOf(id);
    }

    /// <summary>
    /// While true, each switch also tells the runtime whom its allocation samples belong to: about 20 ns.
    /// </summary>
    public bool IsWatched { get; set; }

    /// <summary>The scope that pays now. Other threads may read it to name the code that blocks a loop.</summary>
    public int Current => Volatile.Read(ref current);

    /// <summary>What its thread had allocated at the last switch; the scopes sum to it.</summary>
    public Bytes Total => new(lastReading);

    /// <summary>
    /// Starts on the calling thread; what it allocated so far is charged to <see cref="Scope.Runtime"/>.
    /// </summary>
    public void Begin()
    {
        current = Scope.Runtime;
        Switch(Scope.Engine);
    }

    /// <summary>
    /// Charges what was allocated since the last switch to the scope that ends, and lets <paramref name="scope"/> pay
    /// from now on.
    /// </summary>
    /// <returns>The scope that ended, to switch back to.</returns>
    public int Switch(int scope)
    {
        var ended = current;
        var reading = GC.GetAllocatedBytesForCurrentThread();
        allocated[ended] += reading - lastReading;
        lastReading = reading;
        Volatile.Write(ref current, scope);
        if (IsWatched) EventSource.SetCurrentThreadActivityId(activities[scope]);
        return ended;
    }

    /// <summary>Counts one more user start, iteration or bootstrap, so that bytes can be given per piece.</summary>
    public void Enter(int scope) => entered[scope]++;

    /// <summary>Bytes charged to a scope so far. Read by the owning thread, or after it has ended.</summary>
    public Bytes Allocated(int scope) => new(allocated[scope]);

    /// <summary>How often a scope was entered.</summary>
    public long Entered(int scope) => entered[scope];

    /// <summary>
    /// The activity id that marks a scope's allocation samples: the scope in the first field, "LL" in the second.
    /// </summary>
    public static Guid ActivityOf(int scope) => new(scope, 0x4C4C, 0x4C4C, 0, 0, 0, 0, 0, 0, 0, 1);

    /// <summary>The scope behind an activity id, or -1 where it is not one of ours.</summary>
    public static int ScopeOf(Guid activity)
    {
        Span<byte> bytes = stackalloc byte[16];
        activity.TryWriteBytes(bytes);
        var scope = BitConverter.ToInt32(bytes);
        return scope >= 0 && activity == ActivityOf(scope) ? scope : -1;
    }
}
