using System.Globalization;
using System.Net;
using LeanLoad.Loop;

namespace LeanLoad.Benchmarking.Targets;

/// <summary>
/// One connection to an <see cref="InMemoryTarget"/>. It takes whole requests, in however many pieces they are sent,
/// one at a time, and its answer is received in however many pieces the receiver's buffer makes of it.
/// </summary>
sealed class MemoryChannel(MemoryPoller poller, InMemoryTarget target, IChannelOwner owner) : Channel(owner)
{
    /// <summary>What the agent sends at most: a head with its body.</summary>
    const int LargestRequest = 64 << 10;

    byte[] request = new byte[1024];
    byte[] response = [];
    int requested;
    int received;
    bool isClosed;
    bool isConnecting;

    public override string Error => "";

    public override bool HasNoPort => false;

    public override ChannelStatus Connect(IPEndPoint address)
    {
        isConnecting = true;
        poller.Ready(this);
        return ChannelStatus.Blocked;
    }

    public override ChannelStatus FinishConnect() => ChannelStatus.Done;

    public override ChannelStatus Send(ReadOnlySpan<byte> data, out int sent)
    {
        sent = data.Length;
        if (requested + data.Length > request.Length) Array.Resize(
            ref request, Math.Min(2 * (requested + data.Length), 2 * LargestRequest));
        data.CopyTo(request.AsSpan(requested));
        requested += data.Length;
        if (!IsWhole(request.AsSpan(0, requested), out var line)) return ChannelStatus.Done;
        (response, received, requested) = (target.ResponseTo(line), 0, 0);
        poller.Ready(this);
        return ChannelStatus.Done;
    }

    public override ChannelStatus Receive(Span<byte> buffer, out int received)
    {
        received = Math.Min(buffer.Length, response.Length - this.received);
        response.AsSpan(this.received, received).CopyTo(buffer);
        this.received += received;
        MayHaveMore = received == buffer.Length;
        return received > 0 ? ChannelStatus.Done : ChannelStatus.Blocked;
    }

    public override void Dispose() => isClosed = true;

    /// <summary>Tells the owner what was asked for since the last turn.</summary>
    public void Tell(ITurn turn)
    {
        if (isClosed) return;
        var isWritable = isConnecting;
        isConnecting = false;
        turn.Tell(Owner, isReadable: received < response.Length, isWritable);
    }

    /// <summary>Whether a request's head is there, and as much body as it says.</summary>
    static bool IsWhole(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> line)
    {
        line = default;
        var end = request.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = request[..(end + 2)];
        line = head[..head.IndexOf("\r\n"u8)];
        return request.Length >= end + 4 + LengthOfBody(head);
    }

    static int LengthOfBody(ReadOnlySpan<byte> head)
    {
        // As the agent writes it.
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0) return 0;
        var value = head[(at + name.Length)..];
        return int.Parse(value[..value.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
