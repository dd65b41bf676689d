using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>Figures that LeanLoad promises, each with its measurement in the test's output.</summary>
public sealed class FigureTests(PublishedAgent agent, ITestOutputHelper output)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Idle: the user is started and waits for an answer that does not come.</summary>
    [Fact]
    public async Task An_idle_agent_is_resident_with_at_most_10_MB()
    {
        using var server = Listen();
        await using var running = agent.Command("--url", Url(server), "--duration", "30s", "--stop-timeout", "0s")
            .Start();
        using var connection = await server.AcceptSocketAsync(Cancel);
        await connection.ReceiveAsync(new byte[4096], Cancel);
        // Past the first second's tick, the first progress line is not far: what is resident then stays.
        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
        var line = File.ReadLines($"/proc/{running.Id}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var resident = Bytes.FromKiB(double.Parse(
            line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        output.WriteLine($"Resident when idle: {resident} ({resident.Count:N0} bytes).");
        Assert.InRange(resident.Count, 1_000_000, 10_000_000);
        running.Signal(RunningCommand.Terminate);
        (await running.Completion).Ended(105);
    }

    [Fact]
    public async Task The_first_request_comes_soon_after_the_start()
    {
        using var server = Listen();
        var times = new List<double>();
        for (var start = 0; start < 9; start++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var running = agent.Command("--url", Url(server), "--duration", "30s").Start();
            using var connection = await server.AcceptSocketAsync(Cancel);
            await connection.ReceiveAsync(new byte[4096], Cancel);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            running.Signal(RunningCommand.KillAtOnce);
            await running.Completion;
        }

        times.Sort();
        output.WriteLine($"First request after {times[4]:0.0} ms (median of 9; {times[0]:0.0} to {times[^1]:0.0} ms).");
        // Promised are 50 ms; three times that leaves room for a machine that does something else at the same time.
        Assert.InRange(times[4], 1, 150);
    }

    static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    static string Url(TcpListener listener) => $"http://{listener.LocalEndpoint}/";
}
