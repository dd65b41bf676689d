using System.Net;
using System.Net.Sockets;

namespace LeanLoad.EndToEnd;

/// <summary>Accepts connections, reads nothing, and says one thing or nothing at all.</summary>
sealed class SilentServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly List<Socket> connections = [];
    readonly byte[] greeting;
    readonly Task accepting;
    readonly TaskCompletionSource accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SilentServer(string greeting = "")
    {
        this.greeting = System.Text.Encoding.ASCII.GetBytes(greeting);
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Url => $"http://{listener.LocalEndpoint}/";

    /// <summary>Ends when the first connection is there.</summary>
    public Task Accepted => accepted.Task;

    /// <summary>An address at which nobody listens.</summary>
    public static string RefusingUrl()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return $"http://{taken.LocalEndpoint}/";
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        foreach (var connection in connections) connection.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await listener.AcceptSocketAsync();
                connections.Add(connection);
                if (greeting.Length > 0)
                {
                    await connection.ReceiveAsync(new byte[4096]);
                    await connection.SendAsync(greeting);
                    connection.Shutdown(SocketShutdown.Send);
                }

                accepted.TrySetResult();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
