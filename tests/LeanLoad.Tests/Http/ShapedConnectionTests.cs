using System.Diagnostics;
using System.Net.Sockets;
using LeanLoad.Http;
using LeanLoad.Shaping;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using LeanLoad.Tls;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Requests through a slow network. Lower bounds of time are promises; upper ones only tell once from twice.
/// </summary>
public sealed class ShapedConnectionTests(TlsTests.Certificates certificates) : IClassFixture<TlsTests.Certificates>
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory, ForEachPoller]
    public async Task Latency_is_paid_by_connecting_and_by_each_answer_once(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = Shaped(server.Url, "latency=300ms", choice);
        for (var count = 0; count < 2; count++) Assert.Equal("hello", (await client.Get()).Body);
        var row = client.Row();
        Assert.InRange(row.Service.MinUs, 299_000, 590_000);
        Assert.InRange(row.Response.MaxUs, 599_000, 1_190_000);
    }

    [Theory, ForEachPoller]
    public async Task Under_TLS_each_round_trip_is_shaped_once(PollerChoice choice)
    {
        using var server = new ScriptedServer(async peer =>
        {
            var tls = new System.Net.Security.SslStream(peer.Stream);
            peer.Stream = tls;
            await tls.AuthenticateAsServerAsync(certificates.Server);
            await ScriptedServer.Always(Hello)(peer);
        });
        using var client = Shaped(new Uri($"https://localhost:{server.Port}/"), "latency=300ms", choice,
            new TlsSettings { CaPath = certificates.CaPath });
        Assert.Equal("hello", (await client.Get()).Body);
        // The socket, the handshake of TLS 1.3, the answer.
        Assert.InRange(client.Row().Response.MaxUs, 898_000, 1_790_000);
        Assert.InRange(client.Ask(static loop => loop.Connecting.SinceTick[ConnectionStep.FullHandshake].MaxUs),
            299_000, 590_000);
    }

    [Theory, ForEachPoller]
    public async Task A_rate_holds_both_ways_and_nothing_is_lost_or_turned_round(PollerChoice choice)
    {
        var (up, down) = (new byte[60_000],
            new string([.. Enumerable.Range(0, 100_000).Select(static number => (char)('a' + number % 23))]));
        new Random(1).NextBytes(up);
        string? got = null;
        using var server = new ScriptedServer(async peer =>
        {
            got = await peer.ReadRequest();
            await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {down.Length}\r\n\r\n{down}");
            await peer.Stay();
        });
        // 1,000 bytes a millisecond.
        using var client = Shaped(server.Url, "rate=8Mbit", choice);
        var took = Stopwatch.StartNew();
        var body = await client.Run(
            async http => System.Text.Encoding.Latin1.GetString((await http.Post($"/", up, keep: Keep.Body)).Body));
        Assert.Equal(down, body);
        Assert.EndsWith(System.Text.Encoding.Latin1.GetString(up), got, StringComparison.Ordinal);
        Assert.True(took.ElapsedMilliseconds >= 150, $"160 kB at 1 kB/ms took {took.ElapsedMilliseconds} ms");
    }

    [Theory, ForEachPoller]
    public async Task Loss_and_jitter_delay_and_change_nothing(PollerChoice choice)
    {
        var down = new string([.. Enumerable.Range(0, 200_000).Select(static number => (char)('a' + number % 23))]);
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is not null)
            {
                await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {down.Length}\r\n\r\n{down}");
            }
        });
        using var client = Shaped(server.Url, "latency=5ms,jitter=5ms,loss=5%", choice);
        Assert.Equal(down, (await client.Get()).Body);
        // Of 139 packets one is lost but for one chance in a thousand, and the seed is the same each time.
        Assert.True(client.Row().Service.MaxUs >= 200_000, $"{client.Row().Service.MaxUs} us");
    }

    [Theory, ForEachPoller]
    public async Task More_than_the_window_waits_at_the_server_and_arrives_whole(PollerChoice choice)
    {
        var down = new string('w', 2_000_000);
        using var server = new ScriptedServer(async peer =>
        {
            await peer.ReadRequest();
            await peer.Send($"HTTP/1.1 200 OK\r\n\r\n{down}");
        });
        using var client = Shaped(server.Url, "latency=20ms", choice);
        // It ends with the connection, whose end comes through the network behind its data.
        Assert.Equal(down, (await client.Get()).Body);
        // Eight windows, a round trip each, at least.
        Assert.True(client.Row().Service.MaxUs >= 7 * 20_000, $"{client.Row().Service.MaxUs} us");
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    [Theory, ForEachPoller]
    public async Task An_upload_goes_on_when_a_slow_reader_has_made_room(PollerChoice choice)
    {
        const int users = 4;
        var up = new byte[6 << 20];
        using var server = new ScriptedServer(async peer =>
        {
            await Task.Delay(150);
            var (buffer, left) = (new byte[64 << 10], up.Length);
            while (left > 0 && await peer.Stream.ReadAsync(buffer) is > 0 and var count) left -= count;
            await peer.Send(Hello);
            await peer.Stay();
        });
        using var client = Shaped(server.Url, "latency=5ms", choice);
        var uploads = Enumerable.Range(0, users).Select(_ => client.RunOther(
            async http => (await http.Post("/", RequestBody.Bytes(up))).Failure)).ToArray();
        foreach (var upload in uploads) Assert.Equal(FailureKind.None, await upload);
    }

    [Theory, ForEachPoller]
    public async Task A_deadline_that_passes_while_bytes_are_under_way_leaves_nothing(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = Shaped(server.Url, "latency=400ms", choice, timeout: TimeSpan.FromMilliseconds(600));
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
        await Task.Delay(400, TestContext.Current.CancellationToken);
        Assert.Equal(1, client.Ask(static loop => (int)loop.Requests.Requests));
    }

    [Fact]
    public async Task Without_a_shape_there_is_no_layer()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var plain = new Client(server.Url);
        Assert.Equal("EpollChannel", plain.Ask(static loop => Opened(loop)));
        using var shaped = Shaped(server.Url, "latency=1ms", PollerChoice.Epoll);
        Assert.Equal("ShapedChannel", shaped.Ask(static loop => Opened(loop)));
        Assert.Equal("hello", (await shaped.Get()).Body);

        static string Opened(HttpLoop loop)
        {
            using var channel = loop.Open(AddressFamily.InterNetwork, new Deaf());
            return channel.GetType().Name;
        }
    }

    static Client Shaped(Uri url, string shape, PollerChoice choice, TlsSettings? tls = null, TimeSpan? timeout = null)
    {
        Assert.True(Shape.TryParse(shape, out var network, out var problem), problem);
        return new Client(url, choice, timeout,
            settings => settings with { Shape = network, Seed = 1, Tls = tls ?? new TlsSettings() });
    }

    sealed class Deaf : LeanLoad.Loop.IChannelOwner
    {
        public void OnReady(bool isReadable, bool isWritable)
        {
        }
    }
}
