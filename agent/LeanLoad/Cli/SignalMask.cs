using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>
/// Keeps the signals that <see cref="StopSignal"/> listens to from the calling thread, and from the threads and the
/// image that it makes: they wait in the kernel until somebody listens, where by default they would end the process
/// (man 2 execve: the mask and what waits are kept). Nothing elsewhere than on Linux.
/// </summary>
static partial class SignalMask
{
    const int Block = 0, Unblock = 1; // asm-generic/signal.h

    const int Hangup = 1, Interrupt = 2, Terminate = 15;

    /// <summary>They wait from now on.</summary>
    public static void Hold() => Change(Block);

    /// <summary>They come from now on, those that waited at once.</summary>
    public static void LetThrough() => Change(Unblock);

    static unsafe void Change(int how)
    {
        if (!OperatingSystem.IsLinux()) return;
        // sigset_t of glibc and musl: a bit for each signal, the first for 1, in 128 bytes.
        var set = stackalloc ulong[16];
        set[0] = 1UL << (Hangup - 1) | 1UL << (Interrupt - 1) | 1UL << (Terminate - 1);
        _ = PthreadSigmask(how, set, null);
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static unsafe partial int PthreadSigmask(int how, ulong* set, ulong* before);
}
