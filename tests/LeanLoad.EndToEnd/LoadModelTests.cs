using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>Open and closed models, live changes and verdicts, with the published agent.</summary>
public sealed class LoadModelTests(PublishedAgent agent, ITestOutputHelper output)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Arrivals fall evenly over 20 s, of which two are stalls of S: a tenth of them waits evenly up to S. So P(R > r)
    /// = 2 (S - r) / 20 s, p99 is S - 0.1 s, and p99.9 is S - 0.01 s; service times of the few users that hang in the
    /// stall hide nine tenths of it.
    /// </summary>
    [Fact]
    public async Task A_server_that_stalls_a_second_in_ten_shows_it_in_response_times()
    {
        await using var server = new StallingServer(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        using var scratch = new Scratch();
        var command = agent.Command("--url", server.Url, "--rate", "200/s", "--users", "10", "--duration", "20s",
            "--json", scratch["run.json"], "--when-limited", "warn");
        (await command.RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        var all = run.GetProperty("requests").GetProperty("all");
        double Ms(string times, string figure) => all.GetProperty(times).GetProperty(figure).GetDouble() / 1000;
        foreach (var figure in new[] { "p50", "p99", "p99.9" })
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{figure}: response {Ms("responseTimeUs", figure):0.0} ms, "
                + $"service {Ms("serviceTimeUs", figure):0.0} ms"));
        }

        var stallMs = server.Stalls.Average() * 1000;
        var stalls = server.Stalls.Select(static stall => stall.ToString("0.000", CultureInfo.InvariantCulture));
        output.WriteLine($"stalls of {string.Join(", ", stalls)} s");
        Assert.InRange(Ms("responseTimeUs", "p99"), (stallMs - 100) * 0.98, (stallMs - 100) * 1.02);
        Assert.InRange(Ms("responseTimeUs", "p99.9"), (stallMs - 10) * 0.98, (stallMs - 10) * 1.02);
        Assert.InRange(Ms("responseTimeUs", "p50"), 0, 50);
        // Ten users hang in each stall: 20 of 4,000 requests.
        Assert.InRange(Ms("serviceTimeUs", "p99"), 0, 450);
        Assert.Equal(4000, Balanced(run).GetProperty("planned").GetInt64());
    }

    /// <summary>
    /// M/D/1 at a load of 0.7. The arrivals are a function of the seed, so what this very run must show follows from
    /// them and from when the server answered; that they are Poisson's and give Erlang's distribution is shown in
    /// virtual time (PoissonTests). Whoever shares the processors can only add to it: the best of three counts.
    /// </summary>
    [Fact]
    public async Task Poisson_arrivals_at_a_server_that_takes_one_at_a_time_show_its_times_from_when_they_were_due()
    {
        const double rate = 70, service = 0.010, seconds = 15;
        var due = Arrivals(rate, seconds);
        var missed = "";
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var server = new OneAtATimeServer(TimeSpan.FromSeconds(service));
            using var scratch = new Scratch();
            var command = agent.Command("--url", server.Url, "--rate", "70/s", "--arrivals", "poisson", "--users", "60",
                "--duration", "15s", "--json", scratch["run.json"], "--when-limited", "warn");
            (await command.RunAsync()).Ended(0);
            var run = scratch.Json("run.json");
            Assert.Equal(due.Count, Balanced(run).GetProperty("planned").GetInt64());
            Assert.Equal(due.Count, server.Served.Count);
            // The agent's time 0 on the server's clock: nobody is read before it is due, and somebody almost at once.
            var zero = server.Served.Zip(due, static (served, at) => served.ReadAt - at).Min();
            var real = server.Served.Zip(due, (served, at) => (served.SentAt - zero - at) * 1000).Order().ToArray();
            var ideal = OneAtATime(due, service);
            missed = "";
            foreach (var percent in new[] { 50, 99, 99.9 })
            {
                var rank = (int)Math.Ceiling(percent / 100 * due.Count - 1e-9) - 1;
                var (response, own) = (TimeMs(run, "responseTimeUs", percent), TimeMs(run, "serviceTimeUs", percent));
                var line = FormattableString.Invariant($"p{percent}: response {response:0.00} ms, at the server ")
                    + FormattableString.Invariant($"{real[rank]:0.00} ms, analytic {ideal[rank]:0.00} ms; ")
                    + FormattableString.Invariant($"service {own:0.00} ms");
                output.WriteLine(line);
                if (Math.Abs(response - real[rank]) > Math.Max(1, real[rank] * 0.02)) missed += line + "\n";
            }

            if (missed.Length == 0) break;
        }

        Assert.True(missed.Length == 0, missed);
    }

    [Fact]
    public async Task Ten_thousand_arrivals_a_second_are_planned_exactly()
    {
        await using var server = new StallingServer();
        using var scratch = new Scratch();
        var command = agent.Command("--url", server.Url, "--rate", "10000/s", "--users", "200", "--duration", "3s",
            "--json", scratch["run.json"], "--when-limited", "warn");
        (await command.RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        Assert.Equal(30_000, Balanced(run).GetProperty("planned").GetInt64());
        var generator = run.GetProperty("generator");
        output.WriteLine($"slip {generator.GetProperty("slipUs")}, turns {generator.GetProperty("turnUs")}, busiest "
            + $"loop {generator.GetProperty("busiestLoopMs")} ms of {generator.GetProperty("loadMs")}");
    }

    [Fact]
    public async Task The_books_of_a_closed_model_close()
    {
        await using var server = new StallingServer();
        using var scratch = new Scratch();
        var command = agent.Command("--url", server.Url, "--users", "20", "--duration", "4s", "--json",
            scratch["run.json"]).With("--when-limited", "warn");
        (await command.RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        Balanced(run);
        var steady = run.GetProperty("windows").EnumerateArray()
            .Single(static window => window.GetProperty("window").GetString() == "steady");
        var n = steady.GetProperty("meanUsers").GetDouble();
        var accounted = (steady.GetProperty("iterationTimeMs").GetDouble()
            + steady.GetProperty("pauseTimeMs").GetDouble()) / steady.GetProperty("durationMs").GetDouble();
        output.WriteLine(
            FormattableString.Invariant($"N = {n}, X (R + Z) = {accounted}: off by {Math.Abs(n - accounted) / n:P2}"));
        Assert.InRange(Math.Abs(n - accounted) / n, 0, 0.01);
    }

    /// <summary>
    /// A thousand commands, good and bad, in pieces of any length, while the load runs: each has its answer, in order,
    /// and every status adds up.
    /// </summary>
    [Fact]
    public async Task A_thousand_random_commands_are_each_answered_and_nothing_is_lost()
    {
        const int commands = 1000;
        await using var server = new StallingServer();
        using var scratch = new Scratch();
        var run = agent.Command("--url", server.Url, "--rate", "300/s", "--users", "20", "--duration", "50s",
            "--control", scratch["c.sock"], "--json", scratch["run.json"])
            .With("--when-limited", "warn");
        await using var running = run.Start();
        await running.SeesAsync("Ready");
        using var socket = await ConnectAsync(scratch["c.sock"]);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        var random = new Random(20261125);
        var epoch = 0L;
        for (var id = 0; id < commands; id++)
        {
            var (line, isGood) = Draw(random, id);
            for (var at = 0; at < line.Length;)
            {
                var length = Math.Min(line.Length - at, random.Next(1, 80));
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(line, at, length), Cancel);
                at += length;
            }

            using var reply = JsonDocument.Parse((await reader.ReadLineAsync(Cancel))!);
            // Some at once, some with load in between.
            if (random.Next(4) == 0) await Task.Delay(random.Next(1, 20), Cancel);
            var root = reply.RootElement;
            Assert.True(root.GetProperty("ok").GetBoolean() == isGood, $"{line.Trim()} was answered {root}");
            if (!isGood)
            {
                Assert.False(string.IsNullOrEmpty(root.GetProperty("error").GetString()));
                continue;
            }

            Assert.Equal(id, root.GetProperty("id").GetInt32());
            if (line.Contains("reset", StringComparison.Ordinal)) epoch++;
            Assert.Equal(epoch, root.GetProperty("epoch").GetInt64());
            Balanced(root.GetProperty("iterations"));
        }

        await stream.WriteAsync("{\"command\":\"stop\",\"id\":\"end\"}\n"u8.ToArray(), Cancel);
        Assert.Contains("\"ok\":true", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
        var ended = await running.Completion;
        Assert.True(ended.ExitCode == 0, ended.All);
        Assert.Null(await reader.ReadLineAsync(Cancel));
        var result = scratch.Json("run.json");
        var books = Balanced(result);
        Assert.Equal(0, books.GetProperty("inFlight").GetInt64());
        Assert.InRange(books.GetProperty("planned").GetInt64(), 500, long.MaxValue);
        // No request is lost to a reset: the windows hold them all, each once.
        var requests = result.GetProperty("windows").EnumerateArray()
            .Sum(static window => window.GetProperty("requests").GetInt64());
        Assert.Equal(books.GetProperty("done").GetInt64() + books.GetProperty("failed").GetInt64(), requests);
        Assert.Equal(epoch, result.GetProperty("windows").EnumerateArray().Last().GetProperty("epoch").GetInt64());
        Assert.False(File.Exists(scratch["c.sock"]));
        output.WriteLine($"{epoch} resets; {books}");
    }

    [Fact]
    public async Task A_threshold_that_came_true_ends_with_99_and_stands_in_every_export()
    {
        await using var server = new StallingServer();
        using var scratch = new Scratch();
        var command = agent.Command("--url", server.Url, "--users", "2", "--duration", "2s", "--fail-if", "p50 > 1us",
            "--fail-if", "failures > 1%")
            .With("--csv", scratch["run"], "--junit", scratch["run.xml"], "--hdr", scratch["run.hlog"], "--json",
                scratch["run.json"], "--when-limited", "warn");
        (await command.RunAsync()).Ended(99).Said("THRESHOLDS FAILED", "\"p50 > 1us\" fails the run: it was ");
        var requests = scratch.Json("run.json").GetProperty("requests").GetProperty("all").GetProperty("requests")
            .GetInt64();
        Assert.Contains("failures=\"1\"", await File.ReadAllTextAsync(scratch["run.xml"], Cancel),
            StringComparison.Ordinal);
        var history = (await File.ReadAllLinesAsync(scratch["run_history.csv"], Cancel)).Skip(1)
            .Select(static line => line.Split(','));
        Assert.Equal(requests, history.Sum(static line => long.Parse(line[4], CultureInfo.InvariantCulture)));
        Assert.Contains((await File.ReadAllLinesAsync(scratch["run_stats.csv"], Cancel)),
            line => line.StartsWith($"all,(all),{requests},", StringComparison.Ordinal));
        await using var log = File.OpenRead(scratch["run.hlog"]);
        using var reader = new HdrHistogram.HistogramLogReader(log);
        Assert.Equal(requests,
            reader.ReadHistograms().Where(static one => one.Tag == "response").Sum(static one => one.TotalCount));
    }

    static (string Line, bool IsGood) Draw(Random random, int id) => random.Next(10) switch
    {
        0 or 1 => ($"{{\"command\":\"status\",\"id\":{id}}}\n", true),
        2 or 3 => ($"{{\"id\":{id},\"command\":\"users\",\"users\":{random.Next(1, 40)}}}\n", true),
        4 or 5 => ($"{{\"command\":\"rate\",\"rate\":{random.Next(0, 1500)},\"id\":{id}}}\n", true),
        6 => ($"{{\"command\":\"reset\",\"id\":{id}}}\n", true),
        7 => ($"{{\"command\":\"users\",\"users\":-{random.Next(1, 9)},\"id\":{id}}}\n", false),
        8 => ($"{{\"command\":\"{(char)random.Next('a', 'z')}\",\"id\":{id}}}\n", false),
        _ => (new string((char)random.Next('a', 'z'), random.Next(1, 300)) + "\n", false),
    };

    /// <summary>When the arrivals that the seed 1 plans are due, in seconds.</summary>
    static List<double> Arrivals(double rate, double seconds)
    {
        var (areas, due) = (new PoissonAreas(PoissonAreas.SeedOf(1, 0, 0)), new List<double>());
        for (var index = 0; areas.Of(index) / rate is var at && at < seconds; index++) due.Add(at);
        return due;
    }

    /// <summary>Their response times at a server that is never late (Lindley, 1952), from the shortest.</summary>
    static double[] OneAtATime(List<double> due, double service)
    {
        var (times, free) = (new List<double>(), 0.0);
        foreach (var at in due)
        {
            free = Math.Max(free, at) + service;
            times.Add((free - at) * 1000);
        }

        return [.. times.Order()];
    }

    static double TimeMs(JsonElement run, string times, double percent) =>
        run.GetProperty("requests").GetProperty("all").GetProperty(times)
            .GetProperty(FormattableString.Invariant($"p{percent}")).GetDouble() / 1000;

    /// <summary>planned = done + failed + late + dropped + cut + in flight, exactly.</summary>
    static JsonElement Balanced(JsonElement run)
    {
        var books = run.TryGetProperty("books", out var found) ? found : run;
        long Of(string account) => books.GetProperty(account).GetInt64();
        Assert.Equal(Of("planned"),
            Of("done") + Of("failed") + Of("late") + Of("dropped") + Of("cut") + Of("inFlight"));
        return books;
    }

    static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Cancel);
        return socket;
    }
}
