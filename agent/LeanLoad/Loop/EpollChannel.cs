using System.Net;
using System.Runtime.InteropServices;

namespace LeanLoad.Loop;

/// <summary>
/// A raw descriptor: 48 bytes managed where a <see cref="System.Net.Sockets.Socket"/> takes ten times as much.
/// </summary>
sealed class EpollChannel(EpollPoller poller, int descriptor, uint generation, IChannelOwner owner) : Channel(owner)
{
    int error;

    /// <summary>
    /// Tells it apart from those that had its descriptor before, of which an event may still be under way.
    /// </summary>
    public uint Generation => generation;

    /// <summary>The poller saw the connection end.</summary>
    public void MarkEnding() => IsEnding = true;

    public override bool HasNoPort => error == Libc.NoAddress;

    public override string Error => error == 0 ? "" : Marshal.GetPInvokeErrorMessage(error);

    public override unsafe ChannelStatus Connect(IPEndPoint address)
    {
        var native = address.Serialize();
        fixed (byte* bytes = native.Buffer.Span)
        {
            if (Libc.Connect(descriptor, bytes, native.Size) == 0) return ChannelStatus.Done;
        }

        error = Marshal.GetLastPInvokeError();
        return error is Libc.InProgress or Libc.Interrupted ? ChannelStatus.Blocked : ChannelStatus.Failed;
    }

    public override unsafe ChannelStatus FinishConnect()
    {
        int reason = 0, size = sizeof(int);
        if (Libc.GetOption(descriptor, Libc.SocketLevel, Libc.SocketError, &reason, &size) != 0)
        {
            reason = Marshal.GetLastPInvokeError();
        }

        error = reason;
        return reason == 0 ? ChannelStatus.Done : ChannelStatus.Failed;
    }

    public override unsafe ChannelStatus Send(ReadOnlySpan<byte> data, out int sent)
    {
        nint count;
        fixed (byte* bytes = data) count = Libc.Send(descriptor, bytes, data.Length, Libc.NoSignal);
        sent = (int)Math.Max(count, 0);
        return count >= 0 ? ChannelStatus.Done : FailedOrBlocked();
    }

    public override unsafe ChannelStatus Receive(Span<byte> buffer, out int received)
    {
        nint count;
        fixed (byte* bytes = buffer) count = Libc.Receive(descriptor, bytes, buffer.Length, 0);
        received = (int)Math.Max(count, 0);
        MayHaveMore = received == buffer.Length || IsEnding;
        if (count > 0) return ChannelStatus.Done;
        return count == 0 ? ChannelStatus.Closed : FailedOrBlocked();
    }

    public override void Dispose()
    {
        if (descriptor < 0) return;
        poller.Forget(descriptor);
        // The result says nothing that could be acted on: Linux has released the descriptor even when close fails (man
        // 2 close).
        _ = Libc.Close(descriptor);
        descriptor = -1;
    }

    ChannelStatus FailedOrBlocked()
    {
        error = Marshal.GetLastSystemError();
        return error is Libc.WouldBlock or Libc.Interrupted ? ChannelStatus.Blocked : ChannelStatus.Failed;
    }
}
