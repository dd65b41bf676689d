using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Takes connections, hears the first bytes, and never answers.</summary>
sealed class SilentServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SilentServer() => listener.Start();

    public LoadTarget Target => new(new Uri($"http://{listener.LocalEndpoint}/"));

    /// <summary>
    /// Blocks until somebody has connected and sent something; who only tries the port, as wrk does, is let go.
    /// </summary>
    /// <param name="patience">How long it waits for each.</param>
    /// <returns>Whether somebody did in time.</returns>
    public bool HearsFirstBytes(TimeSpan patience)
    {
        while (listener.Server.Poll(patience, SelectMode.SelectRead))
        {
            using var socket = listener.AcceptSocket();
            if (!socket.Poll(patience, SelectMode.SelectRead)) return false;
            if (socket.Receive(new byte[4096]) > 0) return true;
        }

        return false;
    }

    public void Dispose() => listener.Dispose();
}
