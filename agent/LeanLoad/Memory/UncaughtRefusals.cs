using System.Runtime.ExceptionServices;

namespace LeanLoad.Memory;

/// <summary>
/// Refused memory that nobody catches, as it is thrown on a thread of the runtime's: its timers, its pool, its
/// finalizers. That would end the process. Where somebody is told of it here, the thread goes on instead, as if what it
/// had called had returned; one that was made for that alone ends.
/// </summary>
/// <remarks>
/// By <see cref="ExceptionHandling.SetUnhandledExceptionHandler"/>: <c>AppDomain.UnhandledException</c> can only be
/// outlived by a thread that never returns, and is not raised where its own argument finds no memory. There is one
/// handler in a process: a load file that has set its own before it runs its load decides itself.
/// </remarks>
static class UncaughtRefusals
{
    static UncaughtRefusals()
    {
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(IsHandled);
        }
        catch (InvalidOperationException)
        {
            // The load file's own.
        }
    }

    /// <summary>Told of each, on the thread that was refused; may allocate nothing.</summary>
    public static event Action? Met;

    static bool IsHandled(Exception fault)
    {
        if (Met is not { } tell || !RefusedMemory.IsCauseOf(fault)) return false;
        tell();
        return true;
    }
}
