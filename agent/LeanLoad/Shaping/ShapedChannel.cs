using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;

namespace LeanLoad.Shaping;

/// <summary>
/// A channel behind a slow network: what the socket below it receives is handed on when it would have come through,
/// what is sent goes as fast as the rate allows. It lies right above the socket, below TLS, so each byte is shaped
/// once. It costs what is in flight, at most <see cref="WindowBytes"/>.
/// </summary>
sealed class ShapedChannel : Channel, IChannelOwner, ITimerTarget
{
    /// <summary>
    /// In flight to the client at most, as by a TCP receive window: more waits in the socket, and then at the server.
    /// </summary>
    public const int WindowBytes = 256 << 10;

    const int ReceiveBytes = 16 << 10;
    const int NoTimer = -1;

    readonly EventLoop loop;
    readonly Shape shape;
    readonly Random random;
    readonly DelayLine line = new();
    readonly Func<int, double> due;
    readonly Channel inner;
    double downFreeMs;
    double lastDueMs;
    double upFreeMs;
    double connectedMs = double.PositiveInfinity;
    double arrivedMs;
    long timerMs = long.MaxValue;
    int timer = NoTimer;
    bool isConnecting = true;
    Waits writerWaits;
    bool isLossDecided;
    ChannelStatus ending = ChannelStatus.Blocked;

    /// <summary>What a writer waits for: the timer tells it of the rate's, the socket of its own room.</summary>
    enum Waits : byte
    {
        ForNothing,
        ForRate,
        ForSocket,
    }

    /// <param name="loop">Where it lives.</param>
    /// <param name="family">The socket's.</param>
    /// <param name="shape">The network.</param>
    /// <param name="seed">Of its jitter and losses: the same seed, the same network.</param>
    /// <param name="owner">Who is told.</param>
    /// <exception cref="IOException">There is no socket.</exception>
    public ShapedChannel(EventLoop loop, AddressFamily family, Shape shape, int seed, IChannelOwner owner)
        : base(owner)
    {
        (this.loop, this.shape) = (loop, shape);
        random = new Random(seed);
        due = DueOf;
        inner = loop.Open(family, this);
    }

    public override string Error => inner.Error;

    public override bool HasNoPort => inner.HasNoPort;

    double LatencyMs =>
        shape.Latency.TotalMilliseconds + (2 * random.NextDouble() - 1) * shape.Jitter.TotalMilliseconds;

    double BytesPerMs => shape.BitsPerSecond / 8000;

    public override ChannelStatus Connect(IPEndPoint address) => inner.Connect(address);

    public override ChannelStatus FinishConnect()
    {
        isConnecting = false;
        return inner.FinishConnect();
    }

    public override ChannelStatus Send(ReadOnlySpan<byte> data, out int sent)
    {
        sent = 0;
        var now = loop.NowExactMs;
        // What is finer than the timers is not waited for; it is counted.
        if (upFreeMs > now + 1 || !MayGo(data.Length, now))
        {
            writerWaits = Waits.ForRate;
            Arm();
            return ChannelStatus.Blocked;
        }

        var atOnce = shape.BitsPerSecond == 0 ? data.Length
            : Math.Min(data.Length, Math.Max(Shape.PacketBytes, (int)(2 * BytesPerMs)));
        var status = inner.Send(data[..atOnce], out sent);
        if (status == ChannelStatus.Blocked) writerWaits = Waits.ForSocket;
        if (status != ChannelStatus.Done) return status;
        isLossDecided = false;
        if (shape.BitsPerSecond > 0) upFreeMs = Math.Max(upFreeMs, now) + sent / BytesPerMs;
        writerWaits = sent < data.Length ? Waits.ForRate : Waits.ForNothing;
        if (writerWaits == Waits.ForRate) Arm();
        return ChannelStatus.Done;
    }

    public override ChannelStatus Receive(Span<byte> buffer, out int received)
    {
        var now = loop.NowExactMs;
        received = line.Take(now, buffer);
        if (inner.IsPaused && line.Bytes < WindowBytes) Pull();
        Arm();
        IsEnding = line.Bytes == 0 && ending != ChannelStatus.Blocked && lastDueMs <= now;
        MayHaveMore = line.NextDueMs <= now || IsEnding;
        if (received > 0) return ChannelStatus.Done;
        return IsEnding ? ending : ChannelStatus.Blocked;
    }

    public void OnReady(bool isReadable, bool isWritable)
    {
        var now = loop.NowExactMs;
        if (isConnecting && isWritable && double.IsInfinity(connectedMs))
        {
            connectedMs = now + LatencyMs + LostFor(Shape.SynRetransmission);
        }

        if (isReadable) Pull();
        if (!isConnecting && isWritable && writerWaits != Waits.ForNothing && upFreeMs <= now + 1)
        {
            Owner.OnReady(isReadable: false, isWritable: true);
        }

        Arm();
    }

    public void OnTimer()
    {
        (timer, timerMs) = (NoTimer, long.MaxValue);
        var now = loop.NowExactMs;
        var isWritable = connectedMs <= now || (writerWaits == Waits.ForRate && upFreeMs <= now + 1);
        if (connectedMs <= now) connectedMs = double.MaxValue;
        var isReadable = line.NextDueMs <= now
            || (ending != ChannelStatus.Blocked && line.Bytes == 0 && lastDueMs <= now);
        if (isWritable || isReadable) Owner.OnReady(isReadable, isWritable);
        Arm();
    }

    public override void Dispose()
    {
        if (timer != NoTimer) loop.CancelTimer(timer);
        (timer, connectedMs, writerWaits, ending) = (NoTimer, double.MaxValue, Waits.ForNothing, ChannelStatus.Blocked);
        timerMs = long.MinValue;
        line.Clear();
        inner.Dispose();
    }

    /// <summary>Takes what the socket has, up to the window.</summary>
    void Pull()
    {
        arrivedMs = loop.NowExactMs;
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        while (line.Bytes < WindowBytes && ending == ChannelStatus.Blocked)
        {
            var status = inner.Receive(buffer.AsSpan(0, ReceiveBytes), out var count);
            if (status == ChannelStatus.Blocked) break;
            if (status == ChannelStatus.Done)
            {
                line.Add(buffer.AsSpan(0, count), due);
                continue;
            }

            // The end comes through the network like the rest.
            ending = status;
            _ = DueOf(0);
        }

        inner.IsPaused = line.Bytes >= WindowBytes || ending != ChannelStatus.Blocked;
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>
    /// When a packet that has arrived at the socket is through: sent at the rate, then under way, then in order.
    /// </summary>
    double DueOf(int bytes)
    {
        downFreeMs = Math.Max(downFreeMs, arrivedMs) + (shape.BitsPerSecond > 0 ? bytes / BytesPerMs : 0);
        return lastDueMs = Math.Max(lastDueMs, downFreeMs + LatencyMs + LostFor(Shape.Retransmission + shape.Latency));
    }

    /// <summary>Whether the packets to be sent are not lost; lost ones go when they would be sent again.</summary>
    bool MayGo(int bytes, double now)
    {
        if (shape.Loss == 0 || isLossDecided) return true;
        isLossDecided = true;
        var lateMs = 0.0;
        for (var packet = 0; packet < bytes && lateMs == 0; packet += Shape.PacketBytes)
        {
            lateMs = LostFor(Shape.Retransmission + shape.Latency);
        }

        if (lateMs == 0) return true;
        upFreeMs = Math.Max(upFreeMs, now) + lateMs;
        return false;
    }

    /// <summary>
    /// How much later a packet comes for having been lost, perhaps several times: each timeout is twice the one before.
    /// </summary>
    double LostFor(TimeSpan timeout)
    {
        var (lateMs, nextMs) = (0.0, timeout.TotalMilliseconds);
        while (shape.Loss > 0 && random.NextDouble() < shape.Loss && lateMs < 60_000)
        {
            lateMs += nextMs;
            nextMs *= 2;
        }

        return lateMs;
    }

    void Arm()
    {
        var next = Math.Min(connectedMs, line.NextDueMs);
        if (writerWaits == Waits.ForRate) next = Math.Min(next, upFreeMs);
        if (ending != ChannelStatus.Blocked && line.Bytes == 0) next = Math.Min(next, lastDueMs);
        if (next >= double.MaxValue) return;
        var dueMs = Math.Max((long)Math.Ceiling(next), loop.NowMs + 1);
        if (dueMs >= timerMs) return;
        if (timer != NoTimer) loop.CancelTimer(timer);
        (timerMs, timer) = (dueMs, loop.AddTimerAt(dueMs, this));
    }
}
