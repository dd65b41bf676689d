using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Loop;

/// <summary>A <see cref="Socket"/> that never blocks: what the loop uses where there is no epoll.</summary>
sealed class PortableChannel : Channel
{
    readonly PortablePoller poller;
    readonly Socket socket;
    SocketException? failure;

    public PortableChannel(PortablePoller poller, AddressFamily family, IChannelOwner owner)
        : base(owner)
    {
        this.poller = poller;
        socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
    }

    public Socket Socket => socket;

    /// <summary>
    /// Whether the owner waits for room to send; only then is the socket watched for it, because it nearly always has
    /// room.
    /// </summary>
    public bool IsWaitingToWrite { get; private set; }

    /// <summary>Whether a connection has begun and is not made; until then there is nothing to read.</summary>
    public bool IsConnecting { get; private set; }

    public override bool HasNoPort => failure?.SocketErrorCode == SocketError.AddressNotAvailable;

    public override string Error => failure?.Message ?? "";

    public override ChannelStatus Connect(IPEndPoint address)
    {
        try
        {
            socket.Connect(address);
            return ChannelStatus.Done;
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.WouldBlock
            or SocketError.InProgress)
        {
            IsWaitingToWrite = IsConnecting = true;
            return ChannelStatus.Blocked;
        }
        catch (SocketException refused)
        {
            failure = refused;
            return ChannelStatus.Failed;
        }
    }

    public override ChannelStatus FinishConnect()
    {
        IsWaitingToWrite = IsConnecting = false;
        var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == 0) return ChannelStatus.Done;
        failure = new SocketException(error);
        return ChannelStatus.Failed;
    }

    public override ChannelStatus Send(ReadOnlySpan<byte> data, out int sent)
    {
        sent = socket.Send(data, SocketFlags.None, out var error);
        IsWaitingToWrite = error == SocketError.WouldBlock || (error == SocketError.Success && sent < data.Length);
        return StatusOf(error);
    }

    public override ChannelStatus Receive(Span<byte> buffer, out int received)
    {
        received = socket.Receive(buffer, SocketFlags.None, out var error);
        MayHaveMore = received == buffer.Length;
        return error == SocketError.Success && received == 0 ? ChannelStatus.Closed : StatusOf(error);
    }

    public override void Dispose()
    {
        poller.Forget(this);
        socket.Dispose();
    }

    ChannelStatus StatusOf(SocketError error)
    {
        if (error == SocketError.Success) return ChannelStatus.Done;
        if (error is SocketError.WouldBlock or SocketError.Interrupted) return ChannelStatus.Blocked;
        failure = new SocketException((int)error);
        return ChannelStatus.Failed;
    }
}
