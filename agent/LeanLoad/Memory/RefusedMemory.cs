namespace LeanLoad.Memory;

/// <summary>Memory that the collector or the system refused, told from an exception.</summary>
static class RefusedMemory
{
    /// <summary>Said of a thread of the runtime's that was refused memory (<see cref="UncaughtRefusals"/>).</summary>
    public const string OfRuntime = "a thread of the runtime's was refused memory";

    /// <summary>
    /// Whether memory was refused, here or below: a type's initializer and a task wrap what they met. A thread that
    /// could not be started fails for nothing else, whatever its inner exception is (.NET 10: a NullReferenceException
    /// where the new thread's statics found no room). Allocates nothing.
    /// </summary>
    public static bool IsCauseOf(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutOfMemoryException or ThreadStartException) return true;
        }

        return false;
    }

    /// <summary>
    /// The same of code of the agent's own, which lets go of no lock that it does not have: a thread that waits, as a
    /// <see cref="ManualResetEventSlim"/> does, lets go of a lock meanwhile, and where another has it then and memory
    /// to wait for that is refused, it lets go of it once more; what that throws hides what it came of (.NET 10,
    /// NativeAOT). Allocates nothing.
    /// </summary>
    public static bool IsCauseOfOurs(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is SynchronizationLockException) return true;
        }

        return IsCauseOf(fault);
    }
}
