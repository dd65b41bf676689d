using System.Net.Sockets;
using LeanLoad.Loop;
using LeanLoad.Shaping;
using LeanLoad.Stats;
using LeanLoad.Tls;

namespace LeanLoad.Http;

/// <summary>
/// What the users of one loop share, one step at a time: the receive buffer, the request writer, the table of requests.
/// </summary>
/// <param name="loop">The loop.</param>
/// <param name="engine">What it shares with the other loops.</param>
/// <param name="requests">Where results are counted.</param>
sealed class HttpLoop(EventLoop loop, HttpEngine engine, RequestTable requests)
{
    readonly Dictionary<HttpOrigin, ConnectionPool> pools = [];
    ResponseReading? spare;
    TlsWire? wire;
    RequestRenderer? renderer;
    int shaped;

    public EventLoop Loop => loop;

    public HttpEngine Engine => engine;

    public RequestTable Requests => requests;

    /// <summary>What the engine's own work is posted to.</summary>
    public LoopContext Context { get; } = new(loop);

    /// <summary>Where this loop's TLS connections read and write.</summary>
    public TlsWire Wire => wire ??= new TlsWire();

    /// <summary>What connecting took.</summary>
    public ConnectionTable Connecting { get; } = new();

    public RequestWriter Writer { get; } = new();

    /// <summary>Renders requests there.</summary>
    public RequestRenderer Renderer => renderer ??= new(loop, engine, Writer);

    /// <summary>Those that are the same each time.</summary>
    public LiteralRequests Literals { get; } = new();

    /// <summary>Heads of responses read lately.</summary>
    public HeadMemo Heads { get; } = new();

    /// <summary>Where requests lie until their response begins.</summary>
    public RequestBuffers Buffers { get; } = new();

    /// <summary>Where all its connections receive.</summary>
    public ReceiveBuffer Received { get; } = new();

    /// <summary>Sockets that are open.</summary>
    public int Connections { get; set; }

    /// <summary>Redirects followed; each is a request of its own in the statistics, too.</summary>
    public long Redirects { get; set; }

    /// <summary>
    /// Requests sent again, on a fresh connection, because the server had closed the idle one that they met.
    /// </summary>
    public long Repeats { get; set; }

    /// <summary>Requests sent whose response is not complete.</summary>
    public int InFlight { get; set; }

    /// <summary>A new socket, counted in <see cref="Connections"/>.</summary>
    /// <exception cref="IOException">There is none; see <see cref="Poller.Open"/>.</exception>
    public Channel Open(AddressFamily family, IChannelOwner owner)
    {
        var channel = engine.Settings.Shape is { } shape
            ? new ShapedChannel(loop, family, shape, SeedOf(shaped++), owner)
            : loop.Open(family, owner);
        Connections++;
        return channel;
    }

    /// <summary>Of the nth shaped connection of this loop: the same run has the same networks.</summary>
    int SeedOf(int number) => unchecked((int)engine.Settings.Seed * 486_187_739 + loop.Index * 16_777_619 + number);

    /// <summary>For a response whose first bytes have come.</summary>
    public ResponseReading TakeReading()
    {
        if (spare is not { } taken) return new();
        (spare, taken.Next) = (taken.Next, null);
        return taken;
    }

    /// <summary>Its response is over.</summary>
    public void Return(ResponseReading reading)
    {
        reading.Reset();
        (spare, reading.Next) = (reading, spare);
    }

    /// <summary>A connection to an origin, not connected yet.</summary>
    /// <param name="origin">Where to.</param>
    /// <param name="next">The same user's connection to another origin.</param>
    /// <param name="pool">Whose it is, where users share it.</param>
    public HttpConnection Create(HttpOrigin origin, HttpConnection? next, ConnectionPool? pool) =>
        new(this, origin, next, pool);

    /// <summary>The connections to an origin that this loop's users share; null where each has its own.</summary>
    public ConnectionPool? PoolOf(HttpOrigin origin)
    {
        if (engine.Settings.Connections.Shared == 0) return null;
        if (pools.TryGetValue(origin, out var known)) return known;
        var pool =
            new ConnectionPool(this, origin, engine.Settings.Connections.OfLoop(loop.Index, engine.Settings.Loops));
        pools.Add(origin, pool);
        return pool;
    }
}
