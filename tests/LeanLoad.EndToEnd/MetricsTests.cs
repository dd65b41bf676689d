using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The profiler's metrics, read by those they are made for.</summary>
public sealed partial class MetricsTests(PublishedAgent agent, ITestOutputHelper output)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_takes_the_page_and_its_counters_grow_while_the_run_lasts()
    {
        Requires.Command("promtool", "apt-get install prometheus");
        using var scratch = new Scratch();
        await using var server = new StallingServer();
        var port = FreePort();
        await using var run = Run(scratch, server.Url, "8s", "--prometheus", $"{port}").Start();
        using var client = new HttpClient();
        var page = "";
        var deadline = Stopwatch.StartNew();
        while (Value(page, "leanload_requests_total") is null or 0 && deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            await Task.Delay(200, Cancel);
            try
            {
                page = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancel);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        output.WriteLine(page);
        var before = Value(page, "leanload_requests_total");
        // A page that is asked for while a second is being told has some figures of it, and not yet the others.
        do
        {
            await Task.Delay(500, Cancel);
            page = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Cancel);
        }
        while (Value(page, "leanload_users", "state=\"planned\"") is null
            || !(Value(page, "leanload_requests_total") > before)
            || Value(page, "leanload_requests_total") != Value(page, "leanload_service_time_seconds_count"));

        (await run.Completion).Ended(0);
        await Checked(page);
        Assert.Equal(Value(page, "leanload_requests_total"), Value(page, "leanload_response_time_seconds_count"));
        Assert.Equal(Value(page, "leanload_requests_total"), Value(page, "leanload_service_time_seconds_count"));
        Assert.Equal(2, Value(page, "leanload_users", "state=\"planned\""));
        Assert.True(Value(page, "leanload_memory_bytes", "of=\"unreclaimable\"") > 0, page);
        Assert.Contains("name=\"/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_OTLP_collector_is_told_at_the_end_what_the_report_says()
    {
        using var scratch = new Scratch();
        await using var server = new StallingServer();
        await using var collector = await OtlpCollector.StartAsync();
        (await Run(scratch, server.Url, "2s", "--otlp", collector.Url).RunAsync()).Ended(0);
        Assert.Equal("/v1/metrics", collector.Path);
        var all = scratch.Json("run.json").GetProperty("requests").GetProperty("all");
        var (points, requests) = (collector.Points, all.GetProperty("requests").GetInt64());
        foreach (var (series, value) in points) output.WriteLine($"{series} {value}");
        const string name = "name=/";
        Assert.Equal(requests, points[("leanload.requests", name)]);
        Assert.Equal(requests, points[("leanload.response.time", name)]);
        Assert.Equal(requests, points[("leanload.service.time", name)]);
        double Account(string account) => points[("leanload.iterations", $"account={account}")];
        Assert.Equal(Account("planned"), Account("done") + Account("failed") + Account("late") + Account("dropped")
            + Account("cut") + Account("in_flight"));
        Assert.Equal(requests, Account("done"));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_said_and_the_results_are_not_lost()
    {
        using var scratch = new Scratch();
        await using var server = new StallingServer();
        var run = Run(scratch, server.Url, "1s", "--otlp", $"http://127.0.0.1:{FreePort()}");
        (await run.RunAsync()).Ended(87).Said("PASSED", "did not take the last metrics");
        Assert.True(File.Exists(scratch["out/report.json"]));
    }

    [Fact]
    public async Task Addresses_that_are_none_and_a_port_that_is_taken_are_refused_with_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var scratch = new Scratch();
        var run = PublishedAgent.LeanLoad("run", agent.Path, "--out", scratch["out"]);
        (await run.With("--prometheus", "nowhere", "--otlp", "localhost:4318").RunAsync()).Ended(2)
            .Said("--prometheus \"nowhere\"", "write 9464", "--otlp \"localhost:4318\"", "http://localhost:4318");
        (await run.With("--prometheus", $"{((IPEndPoint)taken.LocalEndpoint).Port}").RunAsync()).Ended(2)
            .Said("can't be listened at", "Choose another port");
    }

    Command Run(Scratch scratch, string url, string duration, params string[] options) =>
        PublishedAgent.LeanLoad("run", agent.Path, "--out", scratch["out"]).With(options)
            .With("--", "--url", url, "--users", "2", "--duration", duration, "--json", scratch["run.json"],
                "--when-limited", "warn");

    /// <summary>The sum of a metric's samples with a label; null where there is none.</summary>
    static double? Value(string page, string metric, string label = "")
    {
        var samples = page.Split('\n').Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal)
            && line.Contains(label, StringComparison.Ordinal))
            .Select(static line => double.Parse(Sample().Match(line).Groups[1].Value, CultureInfo.InvariantCulture))
            .ToArray();
        return samples.Length == 0 ? null : samples.Sum();
    }

    /// <summary>By Prometheus' own parser and linter.</summary>
    static async Task Checked(string page)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(page.AsMemory(), Cancel);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(Cancel)
            + await promtool.StandardError.ReadToEndAsync(Cancel);
        await promtool.WaitForExitAsync(Cancel);
        Assert.True(promtool.ExitCode == 0, said + page);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"\} (\S+)")]
    private static partial Regex Sample();
}
