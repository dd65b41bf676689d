using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LeanLoad.Tests.Http;

/// <summary>
/// A server that says exactly what a test scripts, byte by byte: one script per connection, in the order in which they
/// come; the last one serves all that follow.
/// </summary>
sealed class ScriptedServer : IDisposable
{
    readonly TcpListener listener;
    readonly CancellationTokenSource ending = new();
    readonly Func<Peer, Task>[] scripts;

    public ScriptedServer(params Func<Peer, Task>[] scripts)
        : this(IPAddress.Loopback, scripts)
    {
    }

    public ScriptedServer(IPAddress address, params Func<Peer, Task>[] scripts)
    {
        this.scripts = scripts;
        listener = new TcpListener(address, 0);
        listener.Start(512);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Connections that came.</summary>
    public int Accepted { get; private set; }

    /// <summary>A script that answers each request with the same bytes, for as long as requests come.</summary>
    public static Func<Peer, Task> Always(string response) => async peer =>
    {
        while (await peer.ReadRequest() is not null) await peer.Send(response);
    };

    /// <summary>A script that answers one request and closes.</summary>
    public static Func<Peer, Task> Once(string response) => async peer =>
    {
        await peer.ReadRequest();
        await peer.Send(response);
    };

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
        ending.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(ending.Token);
                _ = ServeAsync(socket, scripts[Math.Min(Accepted++, scripts.Length - 1)]);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(Socket socket, Func<Peer, Task> script)
    {
        using var peer = new Peer(socket, ending.Token);
        try
        {
            await script(peer);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }

    /// <summary>One connection, from the server's side.</summary>
    public sealed class Peer : IDisposable
    {
        readonly CancellationToken cancel;
        readonly List<byte> received = [];
        readonly byte[] buffer = new byte[64 << 10];

        public Peer(Socket socket, CancellationToken cancel)
        {
            Socket = socket;
            this.cancel = cancel;
            socket.NoDelay = true;
            Stream = new NetworkStream(socket, ownsSocket: true);
        }

        public Socket Socket { get; }

        public Stream Stream { get; set; }

        /// <summary>A request's head and body as text; null where the client has closed.</summary>
        public async Task<string?> ReadRequest()
        {
            while (true)
            {
                var text = Encoding.Latin1.GetString([.. received]);
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0)
                {
                    var length = text.Split("\r\n")
                        .FirstOrDefault(static line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
                    var whole = end + 4 + (length is null ? 0
                        : int.Parse(length[16..], System.Globalization.CultureInfo.InvariantCulture));
                    if (text.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.Ordinal))
                    {
                        var last = text.IndexOf("\r\n0\r\n\r\n", end, StringComparison.Ordinal);
                        whole = last < 0 ? int.MaxValue : last + 7;
                    }

                    if (text.Length >= whole)
                    {
                        received.RemoveRange(0, whole);
                        return text[..whole];
                    }
                }

                var count = await Stream.ReadAsync(buffer, cancel);
                if (count == 0) return null;
                received.AddRange(buffer.AsSpan(0, count));
            }
        }

        public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

        public async Task Send(byte[] bytes) => await Stream.WriteAsync(bytes, cancel);

        /// <summary>In pieces that do not arrive together.</summary>
        public async Task Drip(string text, int pieceBytes = 1, int pauseMs = 1)
        {
            for (var at = 0; at < text.Length; at += pieceBytes)
            {
                await Send(text.Substring(at, Math.Min(pieceBytes, text.Length - at)));
                await Task.Delay(pauseMs, cancel);
            }
        }

        /// <summary>Until the client closes, or the test ends.</summary>
        public async Task Stay()
        {
            while (await ReadRequest() is not null)
            {
            }
        }

        public void Reset()
        {
            Socket.LingerState = new LingerOption(true, 0);
            Socket.Dispose();
        }

        public void Dispose() => Stream.Dispose();
    }
}
