using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeanLoad.EndToEnd;

/// <summary>A real nginx with TLS, as the test says, and the certificates of an authority of the test's own.</summary>
sealed class TlsNginx : IDisposable
{
    readonly Scratch scratch = new();
    readonly Process process;

    /// <param name="options">What stands in its server block, beside the certificate and the answer.</param>
    /// <param name="kind">Which certificate: good, expired, other.</param>
    public TlsNginx(string options = "", string kind = "good")
    {
        Requires.Command("nginx", "apt-get install nginx-light");
        Port = FreePort();
        MakeCertificates(kind);
        File.WriteAllText(scratch["nginx.conf"], $$"""
            daemon off; worker_processes 1; pid {{scratch["pid"]}}; error_log {{scratch["error.log"]}};
            events { worker_connections 4096; }
            http {
              log_format seen '$ssl_server_name $ssl_protocol $ssl_session_reused $ssl_client_s_dn';
              access_log {{scratch["access.log"]}} seen;
              client_body_temp_path {{scratch["b"]}}; proxy_temp_path {{scratch["p"]}}; fastcgi_temp_path {{scratch["f"]}};
              uwsgi_temp_path {{scratch["u"]}}; scgi_temp_path {{scratch["s"]}};
              server {
                listen 127.0.0.1:{{Port}} ssl;
                ssl_certificate {{scratch["server.pem"]}}; ssl_certificate_key {{scratch["server.key"]}};
                {{options.Replace("CA", scratch["ca.pem"], StringComparison.Ordinal)}}
                location / { default_type text/plain; return 200 "hello"; }
              }
            }
            """);
        process =
            Process.Start(new ProcessStartInfo("nginx", ["-c", scratch["nginx.conf"], "-e", scratch["error.log"]]))!;
        for (var wait = Stopwatch.StartNew(); !Answers();)
        {
            if (wait.Elapsed > TimeSpan.FromSeconds(10) || process.HasExited)
            {
                throw new IOException($"nginx did not start: {File.ReadAllText(scratch["error.log"])}");
            }

            Thread.Sleep(20);
        }
    }

    public int Port { get; }

    public string Authority => scratch["ca.pem"];

    public string ClientCertificate => scratch["client.pem"];

    public string ClientKey => scratch["client.key"];

    /// <summary>
    /// What nginx saw of each request: SNI, protocol, r where the session was resumed, the client's name.
    /// </summary>
    public string[] Seen => File.ReadAllLines(scratch["access.log"]);

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        scratch.Dispose();
    }

    bool Answers()
    {
        using var probe = new TcpClient();
        try
        {
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    void MakeCertificates(string kind)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=LeanLoad test authority", authorityKey, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now.AddDays(-9), now.AddDays(9));
        File.WriteAllText(scratch["ca.pem"], authority.ExportCertificatePem());
        Make("server", kind == "other" ? "elsewhere.example" : "shop.example", kind == "expired" ? -1 : 1);
        Make("client", "a client", 1);

        void Make(string file, string name, int daysLeft)
        {
            using var key = RSA.Create(2048);
            var leaf = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name.Replace(' ', '-'));
            leaf.CertificateExtensions.Add(names.Build());
            using var signed =
                leaf.Create(authority, now.AddDays(-2), now.AddDays(daysLeft), [1, 2, (byte)file.Length]);
            File.WriteAllText(scratch[$"{file}.pem"], signed.ExportCertificatePem());
            File.WriteAllText(scratch[$"{file}.key"], key.ExportPkcs8PrivateKeyPem());
        }
    }

    static int FreePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }
}
