using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A server with one place: each request takes the same time, one after the other, in the order in which they came. The
/// D and the 1 of M/D/1.
/// </summary>
sealed class OneAtATimeServer : IDisposable
{
    static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly BlockingCollection<(Socket Connection, long ReadAt, long DueAt)> answers = [];
    readonly Thread answering;
    readonly Lock gate = new();
    readonly long service;
    readonly List<(double ReadAt, double SentAt)> served = [];
    long freeAt;

    /// <param name="service">What each request takes.</param>
    public OneAtATimeServer(TimeSpan service)
    {
        this.service = (long)(service.TotalSeconds * Stopwatch.Frequency);
        listener.Start(512);
        _ = AcceptAsync();
        answering = new Thread(SendAll) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        answering.Start();
    }

    public string Url => $"http://{listener.LocalEndpoint}/";

    /// <summary>
    /// When each request was read and its answer sent, in seconds of one clock, in order; once the run is over. On a
    /// crowded machine an answer goes out later than it is due.
    /// </summary>
    public IReadOnlyList<(double ReadAt, double SentAt)> Served => served;

    public void Dispose()
    {
        listener.Stop();
        answers.CompleteAdding();
        answering.Join();
        answers.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ReadAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task ReadAsync(Socket socket)
    {
        using var connection = socket;
        connection.NoDelay = true;
        var buffer = new byte[4096];
        try
        {
            // One request is one packet here: it is small, and the next one waits for its answer.
            while (await connection.ReceiveAsync(buffer) > 0)
            {
                lock (gate)
                {
                    var readAt = Stopwatch.GetTimestamp();
                    freeAt = Math.Max(freeAt, readAt) + service;
                    answers.Add((connection, readAt, freeAt));
                }
            }
        }
        catch (Exception over) when (over is SocketException or InvalidOperationException)
        {
            // The run is over, or the test.
        }
    }

    void SendAll()
    {
        foreach (var (connection, readAt, dueAt) in answers.GetConsumingEnumerable())
        {
            // To the microsecond: a sleep ends up to a millisecond late.
            while (Stopwatch.GetTimestamp() is var now && now < dueAt)
            {
                if (Stopwatch.GetElapsedTime(now, dueAt) > TimeSpan.FromMilliseconds(2)) Thread.Sleep(1);
                else Thread.SpinWait(20);
            }

            served.Add((readAt / (double)Stopwatch.Frequency, Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency));
            try
            {
                connection.Send(Answer);
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // The run is over.
            }
        }
    }
}
