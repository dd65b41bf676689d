using System.Net.Sockets;
using System.Text.Json;
using LeanLoad.EndToEnd.Pods;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A load file with options of its own, published ahead of time: a closed and an open scenario side by side over a real
/// server.
/// </summary>
public sealed class SideBySideTests(SideBySideTests.Shop shop) : IClassFixture<SideBySideTests.Shop>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The load file's own loads, shape, defaults and thresholds; under the profiler, which shows a row for
    /// each scenario.</summary>
    [Fact]
    public async Task A_load_file_says_its_loads_itself_and_leanload_runs_and_reports_them()
    {
        using var scratch = new Scratch();
        using var nginx = new Nginx("location / { return 200 hello; }");
        await using var collector = await OtlpCollector.StartAsync();
        var run = PublishedAgent.LeanLoad("run", shop.File, "--out", scratch["out"], "--otlp", collector.Url, "--",
            "--url", nginx.Url,
            "--json", scratch["run.json"], "--csv", scratch["run"]);
        (await run.RunAsync()).Ended(0).Said("PASSED", "browse + buy", "Scenarios", "open");
        var scenarios = scratch.Json("run.json").GetProperty("scenarios").EnumerateArray().ToArray();
        Assert.Equal(["browse closed", "buy open"], scenarios.Select(static row =>
            $"{row.GetProperty("scenario").GetString()} {row.GetProperty("model").GetString()}"));
        Assert.Equal(80, Books(scenarios[1]).Planned);
        Assert.Equal((0, 0), (Books(scenarios[1]).Failed, Books(scenarios[0]).Failed));
        Assert.Equal(8, scenarios[0].GetProperty("users").GetInt32());
        Assert.Equal(3, (await File.ReadAllLinesAsync(scratch["run_scenarios.csv"], Cancel)).Length);
        Assert.Equal(["failures > 1%", "buy: p99 > 5s", "Look: p95 > 5s"],
            scratch.Json("run.json").GetProperty("thresholds").EnumerateArray()
                .Select(static one => one.GetProperty("failIf").GetString()));
        var page = Directory.GetFiles(scratch["out"], "report.html", SearchOption.AllDirectories).Single();
        Assert.Contains("<h2 id=\"scenarios\">", await File.ReadAllTextAsync(page, Cancel), StringComparison.Ordinal);
        Assert.Equal([Books(scenarios[0]).Done, Books(scenarios[1]).Done],
            new[] { "browse", "buy" }.Select(name =>
                (long)collector.Points[("leanload.iterations", $"account=done,scenario={name}")]));
        // The journal alone tells the same.
        var folder = Path.GetDirectoryName(page)!;
        (await PublishedAgent.LeanLoad("report", folder).RunAsync()).Ended(0).Said("Scenarios", "browse", "buy");
    }

    [Fact]
    public async Task Each_scenario_gets_the_load_it_was_asked_for_and_the_books_close_for_each()
    {
        using var scratch = new Scratch();
        using var nginx = new Nginx("location / { return 200 hello; }");
        (await shop.Command("--url", nginx.Url, "--load", "browse: users 5, for 5s", "--load",
            "buy: rate 200/s, users 20, after 1s, for 2s", "--fail-if", "buy: throughput < 195/s",
            "--json", scratch["run.json"]).RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        var scenarios = run.GetProperty("scenarios").EnumerateArray().ToArray();
        var (browse, buy) = (Books(scenarios[0]), Books(scenarios[1]));
        // The rate times its own two seconds, whatever was answered: exact.
        Assert.Equal(400, buy.Planned);
        Assert.Equal(200.0, scenarios[1].GetProperty("iterationsPerSecond").GetDouble(), 1);
        Assert.All([browse, buy, Books(run)], static books => Assert.Equal(books.Planned, books.Accounted));
        Assert.Equal(browse.Planned + buy.Planned, Books(run).Planned);
        Assert.Equal(browse.Done + buy.Done, Books(run).Done);
        // A user each 20 ms and the time of its request: five users for five seconds, on any machine fewer.
        Assert.InRange(browse.Done, 100, 1250);
        var names = run.GetProperty("requests").GetProperty("byName").EnumerateArray().ToDictionary(
            static row => row.GetProperty("name").GetString()!, static row => row.GetProperty("requests").GetInt64());
        Assert.Equal((browse.Done, buy.Done), (names["/items/{Index}"], names["/pay"]));
        // Closed for the closed one alone: N = X (R + Z), within 2 % or not said.
        var why = run.GetProperty("explanation").EnumerateArray().Select(static one => one.GetString()!).ToArray();
        Assert.Contains(why, static sentence => sentence.StartsWith("browse: Closed model", StringComparison.Ordinal));
        Assert.Contains(why, static sentence => sentence.StartsWith("buy: Open model: 400", StringComparison.Ordinal));
        Assert.DoesNotContain(why, static sentence => sentence.Contains("not what it seems", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_live_change_of_one_scenario_leaves_the_other_alone()
    {
        using var scratch = new Scratch();
        using var nginx = new Nginx("location / { return 200 hello; }");
        await using var running = shop.Command("--url", nginx.Url, "--load", "browse: users 3", "--load",
            "buy: rate 100/s, users 10", "--duration", "60s", "--control", scratch["c.sock"], "--json",
            scratch["run.json"]).Start();
        await running.SeesAsync("Ready");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(scratch["c.sock"]), Cancel);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);

        await AskAsync("""{"command":"users","users":7,"scenario":"browse"}""");
        var after = await UntilAsync(static status => Of(status, "browse").GetProperty("users").GetProperty("running")
            .GetInt32() == 7);
        Assert.Equal((100.0, 10), (Of(after, "buy").GetProperty("ratePerSecond").GetDouble(),
            Of(after, "buy").GetProperty("users").GetProperty("running").GetInt32()));

        await AskAsync("""{"command":"rate","rate":0,"scenario":"buy"}""");
        var (still, later) = (await AskAsync("""{"command":"status"}"""), after);
        var done = Books(Of(still, "browse"), "iterations").Done;
        later = await UntilAsync(status => Books(Of(status, "browse"), "iterations").Done > done + 20);
        Assert.Equal(Books(Of(still, "buy"), "iterations").Planned, Books(Of(later, "buy"), "iterations").Planned);

        await AskAsync("""{"command":"stop","scenario":"browse"}""");
        var stopped = await UntilAsync(
            static status => Of(status, "browse").GetProperty("state").GetString() == "over");
        Assert.Equal("running", Of(stopped, "buy").GetProperty("state").GetString());
        await AskAsync("""{"command":"rate","rate":50,"scenario":"buy"}""");
        await UntilAsync(status => Books(Of(status, "buy"), "iterations").Done
            > Books(Of(stopped, "buy"), "iterations").Done + 5);

        await AskAsync("""{"command":"stop"}""");
        (await running.Completion).Ended(0);
        var run = scratch.Json("run.json");
        Assert.All(run.GetProperty("scenarios").EnumerateArray(),
            static row => Assert.Equal(Books(row).Planned, Books(row).Accounted));
        // What ran is said beside what was planned.
        Assert.Equal(["3 7", "10 10"], run.GetProperty("scenarios").EnumerateArray().Select(static row =>
            $"{row.GetProperty("users").GetInt32()} {row.GetProperty("mostUsers").GetInt32()}"));

        async Task<JsonElement> AskAsync(string command)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(command + "\n"), Cancel);
            using var reply = JsonDocument.Parse((await reader.ReadLineAsync(Cancel))!);
            Assert.True(reply.RootElement.GetProperty("ok").GetBoolean(), $"{command}: {reply.RootElement}");
            return reply.RootElement.Clone();
        }

        async Task<JsonElement> UntilAsync(Func<JsonElement, bool> holds)
        {
            for (var attempt = 0; attempt < 600; attempt++)
            {
                var status = await AskAsync("""{"command":"status"}""");
                if (holds(status)) return status;
                await Task.Delay(20, Cancel);
            }

            throw new TimeoutException("it never came");
        }
    }

    static JsonElement Of(JsonElement status, string scenario) => status.GetProperty("scenarios").EnumerateArray()
        .Single(row => row.GetProperty("scenario").GetString() == scenario);

    static Stats.Books Books(JsonElement row, string name = "books")
    {
        var books = row.GetProperty(name);
        long Of(string account) => books.GetProperty(account).GetInt64();
        return new(Of("planned"), Of("done"), Of("failed"), Of("late"), Of("dropped"), Of("cut"), Of("inFlight"));
    }

    /// <summary>The load file, published once.</summary>
    public sealed class Shop : IAsyncLifetime
    {
        string binary = "";

        public string File { get; } = Path.Combine(Repository.Root, "tests", "fixtures", "load", "shop.cs");

        public async ValueTask InitializeAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            var agent = await AgentBinary.ResolveAsync(File, Console.WriteLine, limit.Token);
            Assert.Equal(AgentRuntime.Native, agent.Runtime);
            binary = agent.Path;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        internal Command Command(params string[] arguments) => new(binary, arguments);
    }
}
