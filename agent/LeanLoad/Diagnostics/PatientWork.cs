using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using LeanLoad.Memory;

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
    /// <param name="work">
    /// What to do. It is given what says whether it is still waited for: once it is not, nothing it does may be seen,
    /// for whoever wanted it was told that it did not come about.
    /// </param>
    /// <exception cref="IOException">It has not ended in time. It may still go on.</exception>
    public static void Do(string name, string late, Action<Func<bool>> work)
    {
        var isAwaited = true;
        Exception? failure = null;
        if (!TryStart(name, Run, out var thread))
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            if (!TryStart(name, Run, out thread))
            {
                work(static () => true);
                return;
            }
        }

        if (!thread.Join(Patience))
        {
            Volatile.Write(ref isAwaited, false);
            throw new IOException($"{late} within {Patience.TotalSeconds:0} s.");
        }

        if (failure is not null) ExceptionDispatchInfo.Throw(failure);

        void Run()
        {
            try
            {
                work(() => Volatile.Read(ref isAwaited));
            }
#pragma warning disable CA1031 // The thread's edge: it is thrown again where it is waited for.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Volatile.Write(ref failure, fault);
            }
        }
    }

    // At the end of a run that memory ended there may be none for a thread, and with nothing more to give back its
    // results are worth more than to be spared a pipe that nobody reads.
    static bool TryStart(string name, ThreadStart run, [NotNullWhen(true)] out Thread? thread)
    {
        thread = null;
        try
        {
            var made = new Thread(run, maxStackSize: 256 << 10) { IsBackground = true, Name = name };
            made.Start();
            thread = made;
            return true;
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            return false;
        }
    }
}
