using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeanLoad.Loop;

/// <summary>
/// Edge-triggered epoll (man 7 epoll). Each socket is registered once, for reading and writing, and never touched
/// again: a request then costs one <c>send</c> and one <c>recv</c>, and the wait is shared by all that are ready.
/// </summary>
sealed class EpollPoller : Poller
{
    const int EventsPerWait = 256;

    // struct epoll_event is packed on x86-64 alone (sys/epoll.h).
    static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    static readonly int DataOffset = EventSize - sizeof(ulong);

    readonly int epoll;
    readonly int wake;
    readonly byte[] events = GC.AllocateArray<byte>(EventsPerWait * 16, pinned: true);
    EpollChannel?[] channels = new EpollChannel?[64];
    uint opened;
    bool isCoarse;

    public EpollPoller()
    {
        epoll = Checked(Libc.EpollCreate(Libc.EpollCloseOnExec), "epoll_create1");
        wake = Checked(Libc.EventDescriptor(0, Libc.NonBlocking | Libc.CloseOnExec), "eventfd");
        Checked(Register(wake, 0, Libc.EpollIn), "epoll_ctl");
    }

    public override unsafe Channel Open(AddressFamily family, IChannelOwner owner)
    {
        var domain = family == AddressFamily.InterNetworkV6 ? Libc.IPv6 : Libc.IPv4;
        var descriptor = Libc.Socket(domain, Libc.StreamSocket | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (descriptor < 0)
        {
            var reason = Marshal.GetLastPInvokeError();
            var text = $"No socket could be opened: {Marshal.GetPInvokeErrorMessage(reason)}.";
            throw reason is Libc.TooManyFiles or Libc.TooManyFilesInSystem
                ? new DescriptorsExhaustedException($"{text} {DescriptorAdvice}") : new IOException(text);
        }

        var on = 1;
        _ = Libc.SetOption(descriptor, Libc.Tcp, Libc.TcpNoDelay, &on, sizeof(int));
        var channel = new EpollChannel(this, descriptor, ++opened, owner);
        if (descriptor >= channels.Length)
        {
            Array.Resize(ref channels, Math.Max(descriptor + 1, channels.Length * 2));
        }

        channels[descriptor] = channel;
        const uint interest = Libc.EpollIn | Libc.EpollOut | Libc.EpollPeerClosed | Libc.EpollEdgeTriggered;
        if (Register(descriptor, opened, interest) >= 0) return channel;
        var refused = Marshal.GetLastPInvokeError();
        channel.Dispose();
        throw new IOException($"epoll_ctl failed: {Marshal.GetPInvokeErrorMessage(refused)}");
    }

    public override unsafe void Wait(TimeSpan timeout, ITurn turn)
    {
        int count;
        fixed (byte* first = events) count = Wait(first, timeout);
        turn.Begin();
        for (var index = 0; index < count; index++)
        {
            ref var entry = ref events[index * EventSize];
            var what = Unsafe.ReadUnaligned<uint>(ref entry);
            var data = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref entry, DataOffset));
            var descriptor = (int)(uint)data;
            if (descriptor == wake) DrainWake();
            else Tell(turn, descriptor, (uint)(data >> 32), what);
        }
    }

    /// <summary>
    /// With the nanoseconds of epoll_pwait2 (Linux 5.11), else with milliseconds: arrivals are then up to one late.
    /// </summary>
    unsafe int Wait(byte* first, TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero && !isCoarse)
        {
            var time = new Libc.TimeSpec
            {
                Seconds = timeout.Ticks / TimeSpan.TicksPerSecond,
                Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * 100,
            };
            var count = (int)Libc.EpollWaitFine(Libc.EpollWaitFineNumber, epoll, first, EventsPerWait, &time, null, 0);
            if (count >= 0) return count;
            // Not known to this kernel, or forbidden by a container's filter.
            isCoarse = Marshal.GetLastPInvokeError() is Libc.NotImplemented or Libc.NotPermitted;
            if (!isCoarse) return count;
        }

        var ms = timeout < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
        return Libc.EpollWait(epoll, first, EventsPerWait, ms);
    }

    public override unsafe void Wake()
    {
        ulong one = 1;
        // It can fail only when the counter is full, and then the loop is being woken already.
        _ = Libc.Write(wake, (byte*)&one, sizeof(ulong));
    }

    public override void Dispose()
    {
        _ = Libc.Close(wake);
        _ = Libc.Close(epoll);
    }

    public void Forget(int descriptor) => channels[descriptor] = null;

    void Tell(ITurn turn, int descriptor, uint generation, uint what)
    {
        // An earlier event of this batch may have closed the socket, and a new one may have got its number: the
        // generation tells them apart.
        if (channels[descriptor] is not { } channel || channel.Generation != generation) return;
        const uint broken = Libc.EpollError | Libc.EpollHangUp;
        if ((what & (Libc.EpollPeerClosed | broken)) != 0) channel.MarkEnding();
        turn.Tell(channel.Owner, (what & (Libc.EpollIn | Libc.EpollPeerClosed | broken)) != 0,
            (what & (Libc.EpollOut | broken)) != 0);
    }

    unsafe void DrainWake()
    {
        ulong count;
        _ = Libc.Read(wake, (byte*)&count, sizeof(ulong));
    }

    unsafe int Register(int descriptor, uint generation, uint interest)
    {
        var entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, interest);
        Unsafe.WriteUnaligned(entry + DataOffset, ((ulong)generation << 32) | (uint)descriptor);
        return Libc.EpollControl(epoll, Libc.EpollAdd, descriptor, entry);
    }

    static int Checked(int result, string call) =>
        result >= 0 ? result
            : throw new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
