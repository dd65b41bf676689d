using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>HTTPS with a certificate of a test's own authority.</summary>
public sealed class TlsTests(PublishedAgent agent)
{
    [Fact]
    public async Task With_the_authority_named_requests_succeed()
    {
        await using var server = new TlsServer();
        using var scratch = new Scratch();
        File.WriteAllText(scratch["ca.pem"], server.AuthorityPem);
        var result = await agent.Command("--url", server.Url, "--users", "8", "--iterations", "400", "--ca",
            scratch["ca.pem"], "--json", scratch["run.json"]).RunAsync();
        result.Ended(0);
        var all = scratch.Json("run.json").GetProperty("requests").GetProperty("all");
        Assert.Equal((400, 0), (all.GetProperty("requests").GetInt32(), all.GetProperty("failures").GetInt32()));
        Assert.Equal(400L * TlsServer.BodyBytes, all.GetProperty("receivedBytes").GetInt64());
    }

    [Fact]
    public async Task A_certificate_nobody_trusts_is_named_as_the_reason()
    {
        await using var server = new TlsServer();
        var result = (await agent.Command("--url", server.Url, "--iterations", "20").RunAsync()).Ended(3);
        result.Said("TARGET UNREACHABLE", "Tls", "certificate", "--ca");
    }

    [Fact]
    public async Task Insecure_works_and_is_loud()
    {
        await using var server = new TlsServer();
        var result = (await agent.Command("--url", server.Url, "--iterations", "20", "--insecure").RunAsync()).Ended(0);
        result.Said("--insecure: certificates are not verified");
        Assert.Contains("--insecure", result.Output, StringComparison.Ordinal);
        Assert.Contains("--insecure", result.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Answers every request with 200 and a body of several TLS records, so that the users' records lie in between each
    /// other.
    /// </summary>
    sealed class TlsServer : IAsyncDisposable
    {
        public const int BodyBytes = 100_000;

        static readonly byte[] Answer = [.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {BodyBytes}\r\n\r\n"), .. new byte[BodyBytes]];

        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly X509Certificate2 certificate;
        readonly Task accepting;

        public TlsServer()
        {
            using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var authorityRequest =
                new CertificateRequest("CN=LeanLoad test authority", authorityKey, HashAlgorithmName.SHA256);
            authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
            var now = DateTimeOffset.UtcNow;
            using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            AuthorityPem = authority.ExportCertificatePem();

            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var signed = request.Create(authority, now.AddHours(-1), now.AddHours(1), [1, 2, 3, 4]);
            using var withKey = signed.CopyWithPrivateKey(key);
            certificate = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
            listener.Start();
            accepting = AcceptAsync();
        }

        public string AuthorityPem { get; }

        public string Url => $"https://{listener.LocalEndpoint}/";

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await accepting;
            certificate.Dispose();
        }

        async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        async Task ServeAsync(TcpClient client)
        {
            try
            {
                using (client)
                await using (var stream = new SslStream(client.GetStream()))
                {
                    await stream.AuthenticateAsServerAsync(certificate);
                    using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                    while (await reader.ReadLineAsync() is { } line)
                    {
                        if (line.Length == 0) await stream.WriteAsync(Answer);
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException
                or SocketException)
            {
                // The client went away, or did not trust us.
            }
        }
    }
}
