using System.Runtime.InteropServices;

namespace LeanLoad.Loop;

/// <summary>
/// The system calls of the Linux loop. Each returns -1 on failure and leaves the reason in
/// <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
static partial class Libc
{
    public const int EpollCloseOnExec = 0x80000;
    public const int EpollAdd = 1;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollError = 0x8;
    public const uint EpollHangUp = 0x10;
    public const uint EpollPeerClosed = 0x2000;
    public const uint EpollEdgeTriggered = 1u << 31;

    public const int StreamSocket = 1;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int IPv4 = 2;
    public const int IPv6 = 10;
    public const int SocketLevel = 1;
    public const int SocketError = 4;
    public const int SocketLinger = 13;
    public const int Tcp = 6;
    public const int TcpNoDelay = 1;
    public const int NoSignal = 0x4000;

    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int NotImplemented = 38;
    public const int NoAddress = 99;
    public const int InProgress = 115;

    public const int OpenFiles = 7;

    /// <summary>Gives the heap's free pages back to the system, those in the middle too (man 3 malloc_trim).</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int TrimHeap(nint pad);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static unsafe partial int GetLimit(int resource, ulong* softAndHard);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static unsafe partial int SetLimit(int resource, ulong* softAndHard);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static unsafe partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static unsafe partial int EpollWait(int epoll, byte* events, int capacity, int timeoutMs);

    /// <summary>
    /// epoll_pwait2, the same number on every architecture; by number, since older C libraries have no name for it.
    /// </summary>
    public const nint EpollWaitFineNumber = 441;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static unsafe partial nint EpollWaitFine(
        nint number, int epoll, byte* events, int capacity, TimeSpec* timeout, void* signals, nint signalsLength);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static unsafe partial int Connect(int descriptor, byte* address, int length);

    // Of sockets that never block, twice a request: the collector need not know of these calls, which costs less; one
    // that runs while it wants to begin makes it wait some microseconds. GetLastSystemError tells why one failed.
    [LibraryImport("libc", EntryPoint = "send"), SuppressGCTransition]
    public static unsafe partial nint Send(int descriptor, byte* data, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv"), SuppressGCTransition]
    public static unsafe partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int descriptor, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static unsafe partial int SetOption(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static unsafe partial int GetOption(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>struct __kernel_timespec.</summary>
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
