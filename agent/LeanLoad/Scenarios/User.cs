namespace LeanLoad;

/// <summary>
/// A simulated person with state. One loop runs all of a user's code, one step at a time, so a user needs no locks.
/// Code that blocks its loop holds up every user on it.
/// </summary>
public abstract class User
{
    /// <summary>0 for the first user that this agent admits, 1 for the next, and so on; never reused.</summary>
    protected internal int Index { get; internal set; }

    /// <summary>The pause after each iteration, asked anew each time. Default: none.</summary>
    protected internal virtual ThinkTime ThinkTime => ThinkTime.None;

    /// <summary>Once per user, before its first iteration. What it keeps, every user keeps: share it as a bootstrap instead.</summary>
    protected internal virtual ValueTask Start() => default;

    /// <summary>Once per user, after its last iteration, also when the run is stopped.</summary>
    protected internal virtual ValueTask Stop() => default;
}
