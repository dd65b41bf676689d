using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Answers every request at once, but for the last second of each ten: what comes then waits until it is over.
/// </summary>
sealed class StallingServer : IAsyncDisposable
{
    static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly long beganAt = Stopwatch.GetTimestamp();
    readonly double periodSeconds;
    readonly double stallSeconds;
    readonly Task accepting;
    readonly System.Collections.Concurrent.ConcurrentDictionary<int, double> stalls = [];

    /// <summary>
    /// How long each stall really was, in seconds: what wakes its connections is a timer, which may be late.
    /// </summary>
    public IReadOnlyCollection<double> Stalls => [.. stalls.Values];

    /// <param name="period">From one stall to the next; zero: it never stalls.</param>
    /// <param name="stall">How long it stalls, at the end of each period.</param>
    public StallingServer(TimeSpan period = default, TimeSpan stall = default)
    {
        (periodSeconds, stallSeconds) = (period.TotalSeconds, stall.TotalSeconds);
        listener.Start(512);
        accepting = AcceptAsync();
    }

    public string Url => $"http://{listener.LocalEndpoint}/";

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task StallAsync()
    {
        var elapsed = Stopwatch.GetElapsedTime(beganAt).TotalSeconds;
        var number = (int)(elapsed / periodSeconds);
        var end = (number + 1) * periodSeconds;
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, end - elapsed)));
        stalls.TryAdd(number, Stopwatch.GetElapsedTime(beganAt).TotalSeconds - end + stallSeconds);
    }

    async Task AnswerAsync(Socket socket)
    {
        using var connection = socket;
        connection.NoDelay = true;
        var buffer = new byte[4096];
        try
        {
            // One request is one packet here: it is small, and the next one waits for its answer.
            while (await connection.ReceiveAsync(buffer) > 0)
            {
                if (periodSeconds > 0)
                {
                    var phase = Stopwatch.GetElapsedTime(beganAt).TotalSeconds % periodSeconds;
                    if (phase >= periodSeconds - stallSeconds) await StallAsync();
                }

                await connection.SendAsync(Answer);
            }
        }
        catch (SocketException)
        {
            // The run is over.
        }
    }
}
