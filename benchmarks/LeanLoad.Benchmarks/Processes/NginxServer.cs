using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// The target of every generator: nginx with one worker on one processor, which answers with 100 bytes from memory and
/// counts the requests itself (<c>stub_status</c>), so that no generator is believed about its own throughput.
/// </summary>
sealed class NginxServer : IDisposable
{
    const string Body =
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-nginx-");
    readonly Process process;
    readonly HttpClient client = new();
    readonly Uri statusUrl;
    readonly int port;

    NginxServer(int core, bool isSecure)
    {
        port = FreePort();
        var statusPort = FreePort();
        statusUrl = new Uri($"http://127.0.0.1:{statusPort}/");
        Target = isSecure ? new LoadTarget(new Uri($"https://localhost:{port}/"), WriteCertificate())
            : new LoadTarget(new Uri($"http://127.0.0.1:{port}/"));
        var configuration = Path.Combine(directory.FullName, "nginx.conf");
        File.WriteAllText(configuration, Configuration(statusPort, isSecure));
        string[] arguments = ["-c", $"{core}", Tool.Nginx.Location!, "-c", configuration, "-e",
            Path.Combine(directory.FullName, "error")];
        process = Process.Start(new ProcessStartInfo(Tool.Pin.Location!, arguments))!;
    }

    /// <summary>What the generators ask for; <c>/cookies</c> below it also sets three cookies.</summary>
    public LoadTarget Target { get; }

    /// <summary>Starts one.</summary>
    /// <param name="core">The processor it is held to.</param>
    /// <param name="isSecure">Whether it speaks TLS 1.3 with AES-128-GCM, which every generator here has.</param>
    /// <exception cref="MeasurementException">It does not answer; the message has its log.</exception>
    public static async Task<NginxServer> StartAsync(int core, bool isSecure = false)
    {
        var server = new NginxServer(core, isSecure);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await server.CountAsync();
                return server;
            }
            catch (HttpRequestException) when (!server.process.HasExited)
            {
                await Task.Delay(20);
            }
            catch (HttpRequestException)
            {
                break;
            }
        }

        var log = Path.Combine(server.directory.FullName, "error");
        var reason = File.Exists(log) ? File.ReadAllText(log) : "";
        server.Dispose();
        throw new MeasurementException($"nginx does not answer. {reason}");
    }

    /// <summary>Requests that it answered so far, those that asked for this number not counted.</summary>
    public async Task<long> CountAsync()
    {
        // "server accepts handled requests", a line with three numbers, and more lines.
        var lines = (await client.GetStringAsync(statusUrl)).Split('\n');
        statusRequests++;
        return long.Parse(lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2],
            CultureInfo.InvariantCulture) - statusRequests;
    }

    long statusRequests;

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        client.Dispose();
        directory.Delete(recursive: true);
    }

    string Configuration(int statusPort, bool isSecure)
    {
        var files = directory.FullName;
        return $$"""
            daemon off; master_process off; worker_processes 1; pid {{files}}/pid; error_log {{files}}/error;
            events { worker_connections 19000; }
            http {
                access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; server_tokens on;
                client_body_temp_path {{files}}/1; proxy_temp_path {{files}}/2; fastcgi_temp_path {{files}}/3;
                uwsgi_temp_path {{files}}/4; scgi_temp_path {{files}}/5;
                server { listen 127.0.0.1:{{statusPort}}; location / { stub_status; } }
                server {
                    listen 127.0.0.1:{{port}} backlog=16384{{(isSecure ? " ssl" : "")}};
                    {{(isSecure ? $"ssl_certificate {files}/certificate.pem; ssl_certificate_key {files}/key.pem;" : "")}}
                    {{(isSecure ? "ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;" : "")}}
                    default_type text/plain;
                    location / { return 200 "{{Body}}"; }
                    location /cookies {
                        add_header Set-Cookie "session=0123456789abcdef0123456789abcdef; Path=/; HttpOnly";
                        add_header Set-Cookie "basket=2026-11-25-0001; Path=/";
                        add_header Set-Cookie "language=en; Path=/; Max-Age=86400";
                        return 200 "{{Body}}";
                    }
                }
            }
            """;
    }

    /// <returns>Where the certificate lies.</returns>
    string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(directory.FullName, "certificate.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
