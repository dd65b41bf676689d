using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

public sealed class TlsTests(TlsTests.Certificates certificates) : IClassFixture<TlsTests.Certificates>
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory, ForEachPoller]
    public async Task A_verified_connection_serves_many_requests(PollerChoice choice)
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = Trusting(server, choice);
        for (var count = 0; count < 20; count++) Assert.Equal(new Seen(200, FailureKind.None, 5, "hello"), await client.Get());
        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task A_certificate_of_an_unknown_authority_is_refused(PollerChoice choice)
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = new Client(UrlOf(server), choice);
        Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
        Assert.Contains("certificate", client.Example(FailureKind.Tls), StringComparison.Ordinal);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = new Client(
            new Uri($"https://127.0.0.1:{server.Port}/"), adjust: settings => settings with { TrustedRoots = [certificates.Root] });
        Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
    }

    [Theory, ForEachPoller]
    public async Task Insecure_accepts_any(PollerChoice choice)
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = new Client(UrlOf(server), choice, adjust: static settings => settings with { IsInsecure = true });
        Assert.Equal("hello", (await client.Get()).Body);
    }

    [Theory, ForEachPoller]
    public async Task Large_bodies_go_both_ways_and_a_drip_arrives(PollerChoice choice)
    {
        var (up, down) = (new byte[60_000], new string('d', 300_000));
        new Random(1).NextBytes(up);
        string? got = null;
        using var server = Secured(async peer =>
        {
            got = await peer.ReadRequest();
            await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {down.Length}\r\n\r\n{down}");
            await peer.ReadRequest();
            await peer.Drip(Hello);
            await peer.Stay();
        });
        using var client = Trusting(server, choice);
        Assert.Equal(down.Length, await client.Run(async http => (await http.Post($"/", up)).BodyLength));
        Assert.EndsWith(System.Text.Encoding.Latin1.GetString(up), got, StringComparison.Ordinal);
        Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task A_server_that_speaks_no_TLS_fails_as_TLS(PollerChoice choice)
    {
        using var server = new ScriptedServer(static async peer =>
        {
            await peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
            await peer.Stay();
        });
        using var client = Trusting(server, choice);
        Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
    }

    [Theory, ForEachPoller]
    public async Task A_server_that_closes_or_hangs_in_the_handshake_fails_as_TLS_or_timeout(PollerChoice choice)
    {
        using var server = new ScriptedServer(static _ => Task.CompletedTask, static peer => peer.Stay());
        using var client = new Client(UrlOf(server), choice, TimeSpan.FromMilliseconds(300));
        Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Contains("TLS was not agreed on", client.Example(FailureKind.Timeout), StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task A_GET_that_meets_a_connection_just_closed_is_sent_again(PollerChoice choice)
    {
        using var server = Secured(
            async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await peer.ReadRequest();
            },
            ScriptedServer.Always(Hello));
        using var client = Trusting(server, choice);
        await client.Get();
        Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(1, client.Ask(static loop => loop.Repeats));
    }

    [Fact]
    public async Task What_TLS_allocates_is_charged_to_the_engine()
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = Trusting(server, PollerChoice.Epoll);
        // The user's own scope pays for its code's state machine alone, however much the handshake takes.
        await client.Get();
        var (user, engine) = client.Ask(static loop =>
        {
            loop.Loop.ReadThreadAllocated();
            return (loop.Loop.Ledger.Allocated(3).Count, loop.Loop.Ledger.Allocated(LeanLoad.Memory.Scope.Engine).Count);
        });
        Assert.True(engine > 4 * user, $"engine {engine}, user {user}");
    }

    static Uri UrlOf(ScriptedServer server) => new($"https://localhost:{server.Port}/");

    Client Trusting(ScriptedServer server, PollerChoice choice) =>
        new(UrlOf(server), choice, adjust: settings => settings with { TrustedRoots = [certificates.Root] });

    ScriptedServer Secured(params Func<ScriptedServer.Peer, Task>[] scripts) =>
        new([.. scripts.Select<Func<ScriptedServer.Peer, Task>, Func<ScriptedServer.Peer, Task>>(script => async peer =>
        {
            var tls = new SslStream(peer.Stream);
            peer.Stream = tls;
            try
            {
                await tls.AuthenticateAsServerAsync(certificates.Server);
            }
            catch (Exception refused) when (refused is System.Security.Authentication.AuthenticationException)
            {
                return;
            }

            await script(peer);
        })]);

    /// <summary>An authority of the test's own, and a certificate of it for localhost.</summary>
    public sealed class Certificates : IDisposable
    {
        public Certificates()
        {
            using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var root = new CertificateRequest("CN=LeanLoad test authority", rootKey, HashAlgorithmName.SHA256);
            root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            Root = root.CreateSelfSigned(from, to);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var leaf = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            leaf.CertificateExtensions.Add(names.Build());
            using var signed = leaf.Create(Root, from, to, [1, 2, 3]);
            Server = signed.CopyWithPrivateKey(key);
        }

        public X509Certificate2 Root { get; }

        public X509Certificate2 Server { get; }

        public void Dispose()
        {
            Root.Dispose();
            Server.Dispose();
        }
    }
}
