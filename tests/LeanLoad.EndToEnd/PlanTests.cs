using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Judge;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>What the memory model says before a run, and that its books close after it.</summary>
public sealed class PlanTests(PublishedAgent agent, StoryTarget target, ITestOutputHelper output)
    : IClassFixture<StoryTarget>
{
    /// <summary>The promise: the model's sum is within 3 % of what is charged at the plateau.</summary>
    const double Close = 0.03;

    static string Hungry =>
        Path.Combine(Path.GetDirectoryName(PublishedAgent.Project)!, "..", "tests", "LeanLoad.HungryLoad");

    [Fact]
    public async Task A_plan_runs_a_few_users_and_says_what_all_need_and_how_many_fit()
    {
        using var scratch = new Scratch();
        var command = agent.Command(target.Options("registry-per-user")).With("--plan", "true", "--json",
            scratch["run.json"]) with
        { Cage = Bytes.FromMiB(64) };
        var result = (await command.RunAsync()).Ended(86);
        output.WriteLine(result.Output);
        var run = scratch.Json("run.json");
        Assert.InRange(run.GetProperty("users").GetProperty("started").GetInt32(), 4, 16);
        Assert.Matches(@"40 users need \d+ MiB ± \d+; the limit is 64 MiB", run.GetProperty("verdict").GetString());
        Assert.Matches(@"As it is, \d+ users fit\. Planned from", run.GetProperty("verdict").GetString());
        // A line for each owner, and they sum to what is expected.
        var memory = run.GetProperty("memory");
        var model = memory.GetProperty("model").EnumerateArray().ToList();
        Assert.Equal(memory.GetProperty("projection").GetProperty("expectedBytes").GetInt64(),
            model.Sum(static line => line.GetProperty("bytes").GetInt64()));
        Assert.Contains(model, static line =>
            line.GetProperty("owner").GetString()!.StartsWith("40 users x 2.0 MiB managed", StringComparison.Ordinal));

        var shared = agent.Command(target.Options("registry")).With("--plan", "true") with
        {
            Cage = Bytes.FromMiB(64),
        };
        var fits = (await shared.RunAsync()).Ended(0);
        Assert.Contains("WOULD FIT", fits.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_whose_few_users_are_refused_memory_says_so_and_not_that_all_fit()
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        // All are in long before, so that what is foretold of them is next to nothing.
        var command = new Command(binary.Path,
            ["--scenario", "rush", "--users", "8", "--each", "100MiB", "--after", "2s", "--plan", "true", "--log",
                "console"])
        { Cage = Bytes.FromMiB(48) };
        var result = await command.RunAsync();
        output.WriteLine(result.Output);
        result.Ended(86).Said("WOULD EXCEED MEMORY", "was refused memory");
        Assert.Equal(0, result.Cage!.Value.OutOfMemoryKills);
    }

    [Fact]
    public async Task The_books_close_on_the_story()
    {
        using var scratch = new Scratch();
        var command = agent.Command(target.Options("registry-per-user", ramp: "40/s")).With("--json",
            scratch["run.json"]) with
        { Cage = Bytes.FromMiB(256) };
        (await command.RunAsync()).Ended(0).Said("Users at rest, known from");
        AssertClosed(scratch.Json("run.json"), users: 40);
    }

    [Fact]
    public async Task The_books_close_on_ten_thousand_idle_users()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start(4096);
        var connections = new List<Socket>();
        new Thread(() =>
        {
            try
            {
                while (true) connections.Add(server.AcceptSocket());
            }
            catch (SocketException)
            {
                // The test is over.
            }
        })
        { IsBackground = true }.Start();
        using var scratch = new Scratch();
        // Each waits for an answer that does not come.
        var command = agent.Command("--url", $"http://{server.LocalEndpoint}/", "--users", "10000", "--ramp", "3000/s",
            "--duration", "8s", "--stop-timeout", "0s", "--when-limited", "warn", "--json", scratch["run.json"]) with
        { Cage = Bytes.FromMiB(256) };
        var result = await command.RunAsync();
        foreach (var connection in connections) connection.Dispose();
        Assert.True(File.Exists(scratch["run.json"]), result.ToString());
        AssertClosed(scratch.Json("run.json"), users: 10_000);
    }

    [Fact]
    public async Task The_books_close_on_HTTPS_users()
    {
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        await using var server = await Target.StartAsync();
        using var scratch = new Scratch();
        var command = new Command(binary.Path,
            ["--scenario", "tls", "--users", "400", "--ramp", "100/s", "--duration", "8s", "--url",
                server.Secure.ToString(), "--insecure", "true", "--each", "1B", "--when-limited", "warn", "--json",
                scratch["run.json"]])
        { Cage = Bytes.FromMiB(128) };
        (await command.RunAsync()).Ended(0);
        AssertClosed(scratch.Json("run.json"), users: 400);
    }

    [Fact]
    public async Task A_leak_is_foretold_and_ends_the_run_before_it_meets_the_limit()
    {
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        using var scratch = new Scratch();
        // Four users keep 0.5 MiB a second each: 48 MiB are full after some 20 s, long before a minute.
        var command = new Command(binary.Path,
            ["--scenario", "leak", "--users", "4", "--each", "512KiB", "--duration", "60s", "--when-limited", "warn",
                "--journal", scratch["run.journal"]])
        { Cage = Bytes.FromMiB(48) };
        var result = (await command.RunAsync()).Ended(86);
        output.WriteLine(result.Output);
        Assert.Contains("memory grows by", result.Output, StringComparison.Ordinal);
        var records = Journal.Read(scratch["run.journal"]);
        var warning = Assert.Single(records.OfType<Warning>(), static one => one.Code == "leak");
        Assert.Matches(
            @"while the users stay the same: the limit of 48.0 MiB will be met in about \d+ s", warning.Text);
        var stopped = records.OfType<PhaseChanged>().First(static phase => phase.Phase == RunPhase.Stopping).At;
        Assert.True(warning.At < stopped, $"warned at {warning.At}, stopped at {stopped}");
    }

    void AssertClosed(JsonElement run, int users)
    {
        var books = run.GetProperty("memory").GetProperty("books");
        var (expected, measured) = (Amount(books, "expectedBytes"), Amount(books, "measuredBytes"));
        var error = (expected - measured).Count / (double)measured.Count;
        foreach (var line in books.GetProperty("lines").EnumerateArray())
        {
            output.WriteLine($"{line.GetProperty("owner").GetString(),-60} {Amount(line, "expectedBytes"),10} "
                + $"{Amount(line, "measuredBytes"),10}");
        }

        output.WriteLine($"{users} users, known from {books.GetProperty("knownFromUsers")}: expected {expected}, "
            + $"measured {measured}: {error:+0.0 %;-0.0 %}");
        Assert.Equal(users, books.GetProperty("users").GetInt32());
        Assert.InRange(error, -Close, Close);
    }

    static Bytes Amount(JsonElement line, string name) => new(line.GetProperty(name).GetInt64());
}
