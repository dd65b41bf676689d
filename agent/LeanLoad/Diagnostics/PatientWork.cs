using System.Runtime.ExceptionServices;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Work on what may never take it, done by a thread of its own: a terminal that is paused or gone, a pipe that nobody
/// reads, a mount that stalls. Whoever wants it done waits a few seconds, and not for ever.
/// </summary>
static class PatientWork
{
    /// <summary>A person who has paused a terminal has so long to go on, and a busy disk to store a file.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Does it, and throws here what it throws.</summary>
    /// <param name="name">The thread's.</param>
    /// <param name="late">What it means that it has not ended in time: <c>nobody has read it</c>.</param>
    /// <param name="work">What to do.</param>
    /// <exception cref="IOException">It has not ended in time. It may still go on.</exception>
    public static void Do(string name, string late, Action work)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    work();
                }
#pragma warning disable CA1031 // The thread's edge: it is thrown again where it is waited for.
                catch (Exception fault)
#pragma warning restore CA1031
                {
                    Volatile.Write(ref failure, fault);
                }
            },
            maxStackSize: 256 << 10)
        { IsBackground = true, Name = name };
        thread.Start();
        if (!thread.Join(Patience)) throw new IOException($"{late} within {Patience.TotalSeconds:0} s.");
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }
}
