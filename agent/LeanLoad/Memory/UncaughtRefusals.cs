using System.Runtime.ExceptionServices;

namespace LeanLoad.Memory;

/// <summary>
/// Refused memory that nobody catches, as it is thrown on a thread of the runtime's: its timers, its pool, its
/// finalizers. That would end the process. Once somebody has asked to be told of it here, the thread goes on instead,
/// as if what it had called had returned, also when nobody is told any more: the process is to end as its run did. One
/// that has nothing else to do ends: where that is the one of the runtime's timers, none of them goes off any more,
/// and who waits for one must look at the clock himself.
/// </summary>
/// <remarks>
/// By <see cref="ExceptionHandling.SetUnhandledExceptionHandler"/>: <c>AppDomain.UnhandledException</c> can only be
/// outlived by a thread that never returns, and is not raised where its own argument finds no memory. There is one
/// handler in a process, and it stays: a load file that has set its own before it runs its load decides itself.
/// </remarks>
static class UncaughtRefusals
{
    /// <summary>Null: not asked for yet.</summary>
    static bool? isHandler;

    static readonly Lock Gate = new();

    static event Action? Met;

    /// <summary>Begins to tell; from now on such threads go on.</summary>
    /// <param name="tell">Told of each, on the thread that was refused; may allocate nothing.</param>
    /// <returns>False where the process has another handler already: nobody is told then.</returns>
    public static bool TryTell(Action tell)
    {
        lock (Gate) isHandler ??= TryBecomeHandler();
        if (isHandler is true) Met += tell;
        return isHandler.Value;
    }

    /// <summary>Tells no more; who was never told does no harm.</summary>
    public static void TellNoMore(Action tell) => Met -= tell;

    static bool TryBecomeHandler()
    {
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(IsHandled);
            return true;
        }
        catch (InvalidOperationException)
        {
            // The load file's own.
            return false;
        }
    }

    static bool IsHandled(Exception fault)
    {
        if (!RefusedMemory.IsCauseOf(fault)) return false;
        Met?.Invoke();
        return true;
    }
}
