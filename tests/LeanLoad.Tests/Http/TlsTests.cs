using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using LeanLoad.Tls;
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
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(new Seen(200, FailureKind.None, 5, "hello"), await client.Get());
        }

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
            new Uri($"https://127.0.0.1:{server.Port}/"), adjust: settings =>
                settings with { Tls = new TlsSettings { CaPath = certificates.CaPath } });
        Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
    }

    [Theory, ForEachPoller]
    public async Task Insecure_accepts_any(PollerChoice choice)
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = new Client(UrlOf(server), choice,
            adjust: static settings => settings with { Tls = new TlsSettings { IsInsecure = true } });
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
            return (loop.Loop.Ledger.Allocated(3).Count,
                loop.Loop.Ledger.Allocated(LeanLoad.Memory.Scope.Engine).Count);
        });
        Assert.True(engine > 4 * user, $"engine {engine}, user {user}");
    }

    /// <summary>Each certificate has one thing wrong with it, and the message says which.</summary>
    [Theory]
    [InlineData("expired", "has expired")]
    [InlineData("future", "is not valid yet")]
    [InlineData("other", "is for another name than \"localhost\"")]
    [InlineData("common-name-only", "is for another name than \"localhost\"")]
    [InlineData("self-signed", "from an authority that is not trusted")]
    public async Task What_is_wrong_with_a_certificate_is_said(string which, string why)
    {
        foreach (var choice in Enum.GetValues<PollerChoice>())
        {
            using var certificate = certificates.Make(which);
            using var server = Secured(new SslServerAuthenticationOptions { ServerCertificate = certificate },
                ScriptedServer.Always(Hello));
            using var client = Trusting(server, choice);
            Assert.Equal(FailureKind.Tls, (await client.Get()).Failure);
            Assert.Contains(why, client.Example(FailureKind.Tls), StringComparison.Ordinal);
            Assert.Equal(0, client.Ask(static loop => loop.Connections));
        }
    }

    [Theory, ForEachPoller]
    public async Task The_server_sees_the_name_and_http_1_1(PollerChoice choice)
    {
        string? name = null;
        var protocol = default(SslApplicationProtocol);
        using var server = new ScriptedServer(async peer =>
        {
            var tls = new SslStream(peer.Stream);
            peer.Stream = tls;
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                name = hello.ServerName;
                return new(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificates.Server,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                });
            }, null);
            protocol = tls.NegotiatedApplicationProtocol;
            await ScriptedServer.Always(Hello)(peer);
        });
        // By another address than the name's own: SNI keeps the name.
        Assert.True(ResolveRule.TryParse($"localhost:{server.Port}:127.0.0.1", out var rules, out _));
        using var client = new Client(UrlOf(server), choice, adjust: settings => settings with
        {
            Tls = new TlsSettings { CaPath = certificates.CaPath },
            ResolveRules = rules,
        });
        Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(("localhost", SslApplicationProtocol.Http11), (name, protocol));
    }

    [Theory, ForEachPoller]
    public async Task An_address_is_verified_as_one_and_not_sent_as_a_name(PollerChoice choice)
    {
        string? name = null;
        using var certificate = certificates.Make("address");
        using var server = new ScriptedServer(async peer =>
        {
            var tls = new SslStream(peer.Stream);
            peer.Stream = tls;
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                name = hello.ServerName;
                return new(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            }, null);
            await ScriptedServer.Always(Hello)(peer);
        });
        using var client = new Client(
            new Uri($"https://127.0.0.1:{server.Port}/"), choice, adjust: settings =>
                settings with { Tls = new TlsSettings { CaPath = certificates.CaPath } });
        Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal("", name);
    }

    [Theory, ForEachPoller]
    public async Task A_client_certificate_is_shown_to_a_server_that_asks_and_its_absence_is_said(PollerChoice choice)
    {
        string? subject = null;
        var demanding = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificates.Server,
            ClientCertificateRequired = true,
#pragma warning disable CA5359 // The test looks at what came; whom to trust is the server's question.
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                (subject = certificate?.Subject) is not null,
#pragma warning restore CA5359
        };
        using var server = Secured(demanding, ScriptedServer.Always(Hello));
        using var client = new Client(UrlOf(server), choice, adjust: settings => settings with
        {
            Tls = new TlsSettings
            {
                CaPath = certificates.CaPath,
                CertificatePath = certificates.ClientPath,
                KeyPath = certificates.KeyPath,
            },
        });
        Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal("CN=a client", subject);
        using var without = Trusting(server, choice);
        Assert.NotEqual(FailureKind.None, (await without.Get()).Failure);
    }

    [Theory]
    [InlineData("Own", System.Security.Authentication.SslProtocols.Tls13, 2, 6)]
    [InlineData("Own", System.Security.Authentication.SslProtocols.Tls12, 2, 6)]
    [InlineData("Shared", System.Security.Authentication.SslProtocols.Tls13, 1, 7)]
    [InlineData("Shared", System.Security.Authentication.SslProtocols.Tls12, 1, 7)]
    [InlineData("Off", System.Security.Authentication.SslProtocols.Tls13, 8, 0)]
    [InlineData("Off", System.Security.Authentication.SslProtocols.Tls12, 8, 0)]
    public async Task Whose_session_is_resumed_is_as_asked(
        string resumption, System.Security.Authentication.SslProtocols protocol, int full, int resumed)
    {
        foreach (var choice in Enum.GetValues<PollerChoice>())
        {
            using var server = Secured(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = SslStreamCertificateContext.Create(certificates.Server, null),
                    EnabledSslProtocols = protocol,
                },
                ScriptedServer.Always(Hello));
            using var client = new Client(UrlOf(server), choice, adjust: settings => settings with
            {
                Tls = new TlsSettings
                {
                    CaPath = certificates.CaPath,
                    Resumption = Enum.Parse<TlsResumption>(resumption),
                },
                Connections = new ConnectionSharing(0, true),
            });
            // Two users, four connections each.
            for (var count = 0; count < 4; count++) Assert.Equal("hello", (await client.Get()).Body);
            Assert.True(await client.RunOther(static async http =>
            {
                for (var count = 0; count < 4; count++)
                {
                    if ((await http.Get("/")).Status != 200) return false;
                }

                http.Close();
                return true;
            }));
            Assert.Equal((full, resumed), client.Ask(static loop => (
                (int)loop.Connecting.SinceTick[ConnectionStep.FullHandshake].Count,
                (int)loop.Connecting.SinceTick[ConnectionStep.ResumedHandshake].Count)));
        }
    }

    [Theory]
    [InlineData(System.Security.Authentication.SslProtocols.Tls13)]
    [InlineData(System.Security.Authentication.SslProtocols.Tls12)]
    public async Task A_shared_session_that_the_server_no_longer_takes_gives_way_to_the_next(
        System.Security.Authentication.SslProtocols protocol)
    {
        // Each has ticket keys of its own: to the second, what the first gave has expired.
        using var renewed = certificates.Make("good");
        var before = Keyed(certificates.Server);
        var after = Keyed(renewed);
        var count = 0;
        using var server = new ScriptedServer(async peer =>
        {
            var tls = new SslStream(peer.Stream);
            peer.Stream = tls;
            await tls.AuthenticateAsServerAsync(count++ < 3 ? before : after);
            await ScriptedServer.Always(Hello)(peer);
        });
        using var client = new Client(UrlOf(server), adjust: settings => settings with
        {
            Tls = new TlsSettings { CaPath = certificates.CaPath, Resumption = TlsResumption.Shared },
            Connections = new ConnectionSharing(0, true),
        });
        for (var request = 0; request < 8; request++) Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal((2, 6), client.Ask(static loop => (
            (int)loop.Connecting.SinceTick[ConnectionStep.FullHandshake].Count,
            (int)loop.Connecting.SinceTick[ConnectionStep.ResumedHandshake].Count)));

        SslServerAuthenticationOptions Keyed(X509Certificate2 certificate) => new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null),
            EnabledSslProtocols = protocol,
        };
    }

    [Theory, ForEachPoller]
    public async Task A_body_that_ends_with_the_connection_is_whole_only_with_the_end_of_TLS(PollerChoice choice)
    {
        const string endless = "HTTP/1.1 200 OK\r\n\r\nall of it";
        using var server = Secured(
            static async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(endless);
                await ((SslStream)peer.Stream).ShutdownAsync();
            },
            static async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(endless);
                peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                await peer.Stay();
            });
        using var client = Trusting(server, choice);
        Assert.Equal("all of it", (await client.Get()).Body);
        Assert.Equal(FailureKind.Closed, (await client.Get()).Failure);
        Assert.Contains("close_notify", client.Example(FailureKind.Closed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thousands_of_requests_allocate_not_one_byte(bool isPost)
    {
        using var server = Secured(ScriptedServer.Always(Hello));
        using var client = Trusting(server, PollerChoice.Epoll);
        Assert.Equal(0, await client.LeastAllocated(requests: 2_000, isPost));
    }

    [Theory, ForEachPoller]
    public async Task Users_of_one_loop_never_see_each_others_bytes(PollerChoice choice)
    {
        using var server = Secured(static async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                var path = request.Split(' ')[1];
                // Of several records, so that others' records come in between.
                var body = string.Concat(Enumerable.Repeat(path + ";", 3_000));
                await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            }
        });
        using var client = Trusting(server, choice);
        var users = Enumerable.Range(0, 12).Select(user => client.RunOther(async http =>
        {
            for (var count = 0; count < 10; count++)
            {
                var path = $"/{user}/{count}";
                var response = await http.Get(path, keep: Keep.Body);
                if (System.Text.Encoding.Latin1.GetString(response.Body) != string.Concat(
                    Enumerable.Repeat(path + ";", 3_000)))
                {
                    return false;
                }
            }

            return true;
        })).ToArray();
        foreach (var user in users) Assert.True(await user);
    }

    static Uri UrlOf(ScriptedServer server) => new($"https://localhost:{server.Port}/");

    Client Trusting(ScriptedServer server, PollerChoice choice) =>
        new(UrlOf(server), choice,
            adjust: settings => settings with { Tls = new TlsSettings { CaPath = certificates.CaPath } });

    ScriptedServer Secured(params Func<ScriptedServer.Peer, Task>[] scripts) =>
        Secured(new SslServerAuthenticationOptions { ServerCertificate = certificates.Server }, scripts);

    static ScriptedServer Secured(
        SslServerAuthenticationOptions options, params Func<ScriptedServer.Peer, Task>[] scripts) =>
        new([.. scripts.Select<Func<ScriptedServer.Peer, Task>, Func<ScriptedServer.Peer, Task>>(script => async peer =>
        {
            var tls = new SslStream(peer.Stream);
            peer.Stream = tls;
            try
            {
                await tls.AuthenticateAsServerAsync(options);
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
            var root = new CertificateRequest("CN=LeanLoad test authority", rootKey, HashAlgorithmName.SHA256);
            root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            Root = root.CreateSelfSigned(Now.AddDays(-9), Now.AddDays(9));
            File.WriteAllText(CaPath, Root.ExportCertificatePem());
            Server = Make("good");
            using var client = Make("client");
            File.WriteAllText(ClientPath, client.ExportCertificatePem());
            File.WriteAllText(KeyPath, client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        static DateTimeOffset Now => DateTimeOffset.UtcNow;

        readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        /// <summary>A certificate with its key, right but for what its kind says.</summary>
        public X509Certificate2 Make(string kind)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest(kind == "client" ? "CN=a client" : "CN=localhost", key,
                HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            if (kind == "address") names.AddIpAddress(System.Net.IPAddress.Loopback);
            else names.AddDnsName(kind == "other" ? "elsewhere.example" : "localhost");
            if (kind != "common-name-only") request.CertificateExtensions.Add(names.Build());
            var (from, to) = kind switch
            {
                "expired" => (Now.AddDays(-2), Now.AddDays(-1)),
                "future" => (Now.AddDays(1), Now.AddDays(2)),
                _ => (Now.AddDays(-1), Now.AddDays(1)),
            };
            if (kind == "self-signed") return request.CreateSelfSigned(from, to);
            using var signed = request.Create(Root, from, to, [1, 2, (byte)kind.Length]);
            return signed.CopyWithPrivateKey(key);
        }

        /// <summary>A client certificate and its key, as PEM files.</summary>
        public string ClientPath { get; } = Path.GetTempFileName();

        public string KeyPath { get; } = Path.GetTempFileName();

        public X509Certificate2 Root { get; }

        public X509Certificate2 Server { get; }

        /// <summary>The authority as a PEM file.</summary>
        public string CaPath { get; } = Path.GetTempFileName();

        public void Dispose()
        {
            foreach (var path in new[] { CaPath, ClientPath, KeyPath }) File.Delete(path);
            rootKey.Dispose();
            Root.Dispose();
            Server.Dispose();
        }
    }
}
