using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// From a name to a socket, on both pollers. What the names stand for is said by the tests, not by the machine.
/// </summary>
public sealed class ConnectingTests
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory, ForEachPoller]
    public async Task A_name_with_two_addresses_is_reached_at_the_one_that_listens(PollerChoice choice)
    {
        using var server = new ScriptedServer(IPAddress.IPv6Loopback, ScriptedServer.Once(Hello));
        using var client = Named(server, choice, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        for (var count = 0; count < 3; count++) Assert.Equal(200, (await client.Get()).Status);
        Assert.Equal(3, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Where_every_address_refuses_the_request_fails_and_no_socket_is_left(PollerChoice choice)
    {
        using var client =
            Named(FreePort(), choice, [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.2")]);
        Assert.Equal(FailureKind.Connect, (await client.Get()).Failure);
        Assert.Contains("refused", client.Example(FailureKind.Connect), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    /// <summary>A full backlog swallows the SYN, as a host that is gone does.</summary>
    [Theory, ForEachPoller]
    public async Task Where_an_address_does_not_answer_the_next_is_tried_beside_it(PollerChoice choice)
    {
        using var server = new ScriptedServer(IPAddress.IPv6Loopback, ScriptedServer.Always(Hello));
        using var silent = new SilentPort(server.Port);
        using var client = Named(server, choice, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        var waited = Stopwatch.StartNew();
        Assert.Equal(200, (await client.Get()).Status);
        Assert.True(waited.Elapsed >= TimeSpan.FromMilliseconds(250),
            $"the second address was tried after {waited.ElapsedMilliseconds} ms");
        Assert.Equal(1, client.Ask(static loop => loop.Connections));
    }

    [Theory, ForEachPoller]
    public async Task A_connection_that_is_not_made_meets_its_own_deadline(PollerChoice choice)
    {
        using var silent = new SilentPort(0);
        using var client = Named(silent.Port, choice, [IPAddress.Loopback],
            static settings => settings with { ConnectTimeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Contains("no connection was made within 0.1 s", client.Example(FailureKind.Timeout),
            StringComparison.Ordinal);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    [Theory, ForEachPoller]
    public async Task A_name_that_is_not_resolved_in_time_meets_the_deadline_of_connecting_and_blocks_nobody(
        PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var never = new SemaphoreSlim(0);
        using var client = new Client(new Uri("http://slow.example/"), choice, adjust: settings => settings with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            Resolver = async host =>
            {
                await never.WaitAsync();
                return [IPAddress.Loopback];
            },
        });
        var asking = client.Get();
        Assert.Equal(42, client.Ask(static _ => 42));
        Assert.Equal(FailureKind.Timeout, (await asking).Failure);
        Assert.Contains("the name was not resolved within 0.2 s", client.Example(FailureKind.Timeout),
            StringComparison.Ordinal);
        never.Release();
    }

    [Theory, ForEachPoller]
    public async Task The_first_byte_has_a_deadline_that_a_long_body_does_not_meet(PollerChoice choice)
    {
        using var server = new ScriptedServer(
            static peer => peer.Stay(),
            static async peer =>
            {
                await peer.ReadRequest();
                await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
                await peer.Drip(new string('x', 20), 1, 20);
                await peer.Stay();
            });
        using var client = new Client(server.Url, choice,
            adjust: static settings => settings with { FirstByteTimeout = TimeSpan.FromMilliseconds(150) });
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Contains("no response came within 0.15 s", client.Example(FailureKind.Timeout),
            StringComparison.Ordinal);
        Assert.Equal(20, (await client.Get()).BodyLength);
    }

    [Theory, ForEachPoller]
    public async Task A_name_is_asked_for_once_however_many_wait(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        var asked = 0;
        using var client =
            new Client(new Uri($"http://once.example:{server.Port}/"), choice, adjust: settings => settings with
            {
                Resolver = async host =>
                {
                    Interlocked.Increment(ref asked);
                    await Task.Delay(50);
                    return [IPAddress.Loopback];
                },
            });
        var others = Enumerable.Range(0, 8).Select(_ => client.RunOther(async http => (await http.Get("/")).Status))
            .ToArray();
        foreach (var other in others) Assert.Equal(200, await other);
        Assert.Equal(1, asked);
    }

    [Theory, ForEachPoller]
    public async Task Host_keeps_the_name_of_a_host_that_was_resolved_by_hand(PollerChoice choice)
    {
        string? got = null;
        using var server = new ScriptedServer(async peer =>
        {
            got = await peer.ReadRequest();
            await peer.Send(Hello);
        });
        Assert.True(ResolveRule.TryParse($"shop.example:{server.Port}:127.0.0.1", out var rules, out _));
        using var client =
            new Client(new Uri($"http://shop.example:{server.Port}/"), choice, adjust: settings => settings with
            {
                ResolveRules = rules,
                Resolver = static _ => throw new InvalidOperationException("nobody is asked"),
            });
        Assert.Equal(200, (await client.Get()).Status);
        Assert.Contains($"\r\nHost: shop.example:{server.Port}\r\n", got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_connection_took_is_counted()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = Named(server, PollerChoice.Epoll, [IPAddress.Loopback]);
        for (var count = 0; count < 5; count++) await client.Get();
        var (made, reused, resolved) = client.Ask(static loop => (loop.Connecting.SinceTick.Opened,
            loop.Connecting.SinceTick.Reuses, loop.Connecting.SinceTick[ConnectionStep.Resolve].Count));
        Assert.Equal((1, 4, 1), (made, reused, resolved));
    }

    static Client Named(ScriptedServer server, PollerChoice choice, IPAddress[] addresses) =>
        Named(server.Port, choice, addresses);

    static Client Named(
        int port, PollerChoice choice, IPAddress[] addresses, Func<HttpSettings, HttpSettings>? adjust = null) =>
        new(new Uri($"http://two.example:{port}/"), choice, adjust: settings =>
            (adjust?.Invoke(settings) ?? settings) with { Resolver = _ => Task.FromResult(addresses) });

    static int FreePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }

    /// <summary>A port of 127.0.0.1 whose backlog is full: a further connection is neither made nor refused.</summary>
    sealed class SilentPort : IDisposable
    {
        readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        readonly List<Socket> filling = [];

        public SilentPort(int port)
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(0);
            // One is queued; those after it are not answered.
            for (var count = 0; count < 4; count++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                {
                    Blocking = false,
                };
                filling.Add(socket);
                try
                {
                    socket.Connect(listener.LocalEndPoint!);
                }
                catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock
                    or SocketError.InProgress)
                {
                }
            }
        }

        public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            listener.Dispose();
            foreach (var socket in filling) socket.Dispose();
        }
    }
}
