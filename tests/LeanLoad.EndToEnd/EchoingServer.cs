using System.Net;
using System.Net.Sockets;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Answers whatever arrives whole in one packet with 100 bytes, as fast as a thread for each connection can.
/// </summary>
sealed class EchoingServer : IDisposable
{
    static readonly byte[] Answer =
        [.. "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n"u8, .. new byte[100]];

    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public EchoingServer()
    {
        listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Url => $"http://{listener.LocalEndpoint}/";

    public void Dispose() => listener.Dispose();

    void Accept()
    {
        try
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed of: the test is over.
        }
    }

    static void Serve(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[4096];
            try
            {
                while (socket.Receive(buffer) > 0) socket.Send(Answer);
            }
            catch (SocketException)
            {
                // The agent has gone.
            }
        }
    }
}
