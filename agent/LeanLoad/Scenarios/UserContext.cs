using LeanLoad.Http;
using LeanLoad.Loop;

namespace LeanLoad;

/// <summary>
/// What the code of one user reaches of the engine that runs it: its loop, its pauses, the run. For the loop's thread
/// alone.
/// </summary>
/// <param name="loop">Its loop.</param>
abstract class UserContext(EventLoop loop) : LoopContext(loop)
{
    /// <summary>The loop's tables, where measurements are counted.</summary>
    public abstract HttpLoop Http { get; }

    /// <summary>Whether the run has ended and cuts what this user still does.</summary>
    public bool IsCut { get; protected set; }

    /// <summary>The next of this user's random numbers, evenly from [0, 1).</summary>
    public abstract double NextUniform();

    /// <summary>A pause inside an iteration.</summary>
    public abstract ValueTask Pause(TimeSpan time);

    /// <summary>The next iteration is the one behind the flow.</summary>
    public abstract void LeaveFlow();

    /// <summary>No further iteration of this user.</summary>
    public abstract void StopUser();

    /// <summary>No further iteration of anybody.</summary>
    /// <param name="reason">For the report.</param>
    /// <param name="hasFailed">Whether the run counts as failed.</param>
    public abstract void StopRun(string reason, bool hasFailed);
}
