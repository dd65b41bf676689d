namespace LeanLoad.Memory;

/// <summary>Whom allocations are charged to.</summary>
enum ScopeKind : byte
{
    /// <summary>The loop's thread before its first switch, and what belongs to nobody else.</summary>
    Runtime,

    /// <summary>One bootstrap; name: <c>HubSession.SignIn</c>.</summary>
    Bootstrap,

    /// <summary>The start of the users of one class, their constructor included; name: <c>HubUser.Start</c>.</summary>
    UserStart,

    /// <summary>One task of one user class; name: <c>HubUser.Registry</c>.</summary>
    Task,

    /// <summary>The stop of the users of one class; name: <c>HubUser.Stop</c>.</summary>
    UserStop,

    /// <summary>The agent's own work on a loop: HTTP engine, timers, statistics.</summary>
    Engine,

    /// <summary>All other threads: the process's total minus the loops'. Computed, never switched to.</summary>
    OffLoop,
}

/// <summary>
/// A line of the ledger. Ids are dense, 0 is always <see cref="ScopeKind.Runtime"/> and 1
/// <see cref="ScopeKind.Engine"/>, 2 <see cref="ScopeKind.OffLoop"/>.
/// </summary>
/// <param name="Id">Index in every ledger of the run.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">As the author wrote it: class and method.</param>
readonly record struct Scope(int Id, ScopeKind Kind, string Name)
{
    public const int Runtime = 0;
    public const int Engine = 1;
    public const int OffLoop = 2;
}
