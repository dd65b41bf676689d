using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>What the users of one loop share, one step at a time: the receive buffer, the request writer, the table of requests.</summary>
/// <param name="loop">The loop.</param>
/// <param name="engine">What it shares with the other loops.</param>
/// <param name="requests">Where results are counted.</param>
sealed class HttpLoop(EventLoop loop, HttpEngine engine, RequestTable requests)
{
    /// <summary>One turn's receive: what a socket's default receive buffer tends to hold. One per loop, not per user.</summary>
    public const int ReceiveBufferBytes = 64 << 10;

    public EventLoop Loop => loop;

    public HttpEngine Engine => engine;

    public RequestTable Requests => requests;

    /// <summary>What the engine's own work is posted to.</summary>
    public LoopContext Context { get; } = new(loop);

    public RequestWriter Writer { get; } = new();

    /// <summary>Where requests lie until their response begins.</summary>
    public RequestBuffers Buffers { get; } = new();

    /// <summary>Good until the next <see cref="ReceiveTurn"/>; what must outlive it is copied.</summary>
    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);

    /// <summary>Grows whenever <see cref="ReceiveBuffer"/> is overwritten, so that a view of older bytes can be refused.</summary>
    public long ReceiveTurn { get; set; }

    /// <summary>Sockets that are open.</summary>
    public int Connections { get; set; }

    /// <summary>Requests sent again, on a fresh connection, because the server had closed the idle one that they met.</summary>
    public long Repeats { get; set; }

    /// <summary>Requests sent whose response is not complete.</summary>
    public int InFlight { get; set; }
}
