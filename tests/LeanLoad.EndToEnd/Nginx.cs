using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Debian's nginx on a free loopback port, in a directory of its own; what it served is in its own log.
/// </summary>
sealed class Nginx : IDisposable
{
    readonly Process server;
    readonly Scratch scratch = new();

    /// <param name="locations">What stands in its server block.</param>
    public Nginx(string locations)
    {
        Requires.Command("nginx", "apt-get install nginx-light");
        var port = FreePort();
        Url = $"http://127.0.0.1:{port}";
        File.WriteAllText(scratch["nginx.conf"], $$"""
            daemon off; master_process off; pid {{scratch["pid"]}}; error_log {{scratch["error.log"]}};
            events { worker_connections 512; }
            http {
              log_format counted '$request_method $uri $status $body_bytes_sent $connection_requests';
              access_log {{scratch["access.log"]}} counted;
              client_body_temp_path {{scratch["body"]}}; proxy_temp_path {{scratch["proxy"]}}; fastcgi_temp_path {{scratch["fastcgi"]}};
              uwsgi_temp_path {{scratch["uwsgi"]}}; scgi_temp_path {{scratch["scgi"]}};
              server { listen 127.0.0.1:{{port}}; default_type text/plain; root {{scratch["."]}}; {{locations}} }
            }
            """);
        server = Process.Start(new ProcessStartInfo("nginx",
            ["-c", scratch["nginx.conf"], "-p", scratch["."]])
        { RedirectStandardError = true })!;
        if (!SpinWait.SpinUntil(() => Listens(port), TimeSpan.FromSeconds(10)))
        {
            throw new TimeoutException($"nginx does not listen: {Error()}");
        }
    }

    /// <summary>Without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>A file below its root.</summary>
    public void Serve(string name, byte[] content) => File.WriteAllBytes(scratch[name], content);

    /// <summary>
    /// What it has served: method, path, status, bytes of the body, and the how manieth on its connection.
    /// </summary>
    public string[][] Served() => [.. File.ReadLines(scratch["access.log"]).Select(static line => line.Split(' '))];

    public void Dispose()
    {
        server.Kill();
        server.WaitForExit();
        server.Dispose();
        scratch.Dispose();
    }

    string Error() => File.Exists(scratch["error.log"]) ? File.ReadAllText(scratch["error.log"]) : "no log";

    static bool Listens(int port)
    {
        try
        {
            using var probe = new TcpClient();
            probe.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
