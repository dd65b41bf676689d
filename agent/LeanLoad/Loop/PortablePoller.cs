using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Loop;

/// <summary>
/// Waits with
/// <see cref="Socket.Select(System.Collections.IList?, System.Collections.IList?, System.Collections.IList?, int)"/>,
/// which every system has. It looks at each socket in each turn and allocates lists, so it suits hundreds of users, not
/// thousands; Linux uses <see cref="EpollPoller"/>.
/// </summary>
sealed class PortablePoller : Poller
{
    readonly Dictionary<Socket, PortableChannel> channels = [];
    readonly List<Socket> readable = [];
    readonly List<Socket> writable = [];
    readonly Socket wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public PortablePoller()
    {
        // A datagram socket connected to itself: the one thing select can wait for that any thread can trigger on any
        // system.
        wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        wake.Connect(wake.LocalEndPoint!);
        wake.Blocking = false;
    }

    public override Channel Open(AddressFamily family, IChannelOwner owner)
    {
        try
        {
            var channel = new PortableChannel(this, family, owner);
            channels.Add(channel.Socket, channel);
            return channel;
        }
        catch (SocketException refused)
        {
            var text = $"No socket could be opened: {refused.Message}.";
            throw refused.SocketErrorCode == SocketError.TooManyOpenSockets
                ? new DescriptorsExhaustedException($"{text} {DescriptorAdvice}") : new IOException(text, refused);
        }
    }

    public override void Wait(TimeSpan timeout, ITurn turn)
    {
        readable.Clear();
        writable.Clear();
        readable.Add(wake);
        foreach (var (socket, channel) in channels)
        {
            if (channel.IsWaitingToWrite) writable.Add(socket);
            // Also of one that waits for room: a peer that answers before it has read everything would wait for us as
            // we wait for it.
            if (!channel.IsConnecting && !channel.IsPaused) readable.Add(socket);
        }

        Socket.Select(readable, writable.Count > 0 ? writable : null, null, Microseconds(timeout));
        turn.Begin();
        foreach (var socket in readable) Tell(turn, socket, isReadable: true, isWritable: false);
        foreach (var socket in writable) Tell(turn, socket, isReadable: false, isWritable: true);
    }

    public override void Wake()
    {
        // A full buffer means that the loop is being woken already.
        wake.Send([1], SocketFlags.None, out _);
    }

    public override void Dispose() => wake.Dispose();

    public void Forget(PortableChannel channel) => channels.Remove(channel.Socket);

    void Tell(ITurn turn, Socket socket, bool isReadable, bool isWritable)
    {
        if (socket == wake) DrainWake();
        else if (channels.TryGetValue(socket, out var channel)) turn.Tell(channel.Owner, isReadable, isWritable);
    }

    static int Microseconds(TimeSpan timeout) =>
        timeout < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMicroseconds), int.MaxValue);

    void DrainWake()
    {
        Span<byte> signals = stackalloc byte[64];
        while (wake.Receive(signals, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
        }
    }
}
