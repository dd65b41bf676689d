using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using LeanLoad.Http;

namespace LeanLoad.HungryLoad;

/// <summary>
/// Quiet for a while, then asks for a body of "each" bytes and keeps it; a second later it is quiet again, and so on.
/// </summary>
[LoadUser(Scenario = "burst")]
sealed class BurstUser(Appetite appetite) : HttpUser
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(1.Seconds());

    protected override async ValueTask Start() => (await Http.Get("/bytes/100")).Check(200);

    [LoadTask]
    public async ValueTask Fetch()
    {
        await Task.Delay(appetite.After);
        var response = await Http.Get($"/bytes/{appetite.Each.Count}", keep: Keep.Body);
        response.Check(200);
    }
}

/// <summary>A TLS connection of its own; "each" is not used.</summary>
[LoadUser(Scenario = "tls")]
sealed class TlsUser(Appetite appetite) : HttpUser
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(1.Seconds());

    protected override async ValueTask Start()
    {
        GC.KeepAlive(appetite);
        (await Http.Get("/bytes/100")).Check(200);
    }

    [LoadTask]
    public async ValueTask Ask() => (await Http.Get("/bytes/100")).Check(200);
}

/// <summary>Asks for "each" bytes and never reads them: they stand in the socket's buffer.</summary>
[LoadUser(Scenario = "sockets")]
#pragma warning disable CA1001 // A user ends with Stop.
sealed class FullSocketUser(Appetite appetite) : HttpUser
#pragma warning restore CA1001
{
    Socket? socket;

    protected override ThinkTime ThinkTime => ThinkTime.Constant(1.Seconds());

    protected override async ValueTask Start()
    {
        var response = await Http.Get("/port");
        response.Check(200);
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Widen(socket, appetite.Each);
        await socket.ConnectAsync("127.0.0.1",
            int.Parse(response.Header("X-Port")!, System.Globalization.CultureInfo.InvariantCulture));
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /bytes/{appetite.Each.Count} HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    // By itself a buffer that nobody reads from takes no more than 80 KiB. Beyond net.core.rmem_max only root may ask
    // (SO_RCVBUFFORCE, man 7 socket); for others it stays as it is.
    static void Widen(Socket socket, Bytes size)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(value, (int)Math.Min(size.Count, int.MaxValue / 2));
        try
        {
            socket.SetRawSocketOption(optionLevel: 1, optionName: 33, value);
        }
        catch (SocketException)
        {
            // Less stands in it then.
        }
    }

    [LoadTask]
    public void Idle()
    {
    }

    protected override ValueTask Stop()
    {
        socket?.Dispose();
        return default;
    }
}
