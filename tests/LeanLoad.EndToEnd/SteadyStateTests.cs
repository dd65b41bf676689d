using System.Globalization;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>What a request costs in memory once the agent runs: nothing, however many there are.</summary>
public sealed class SteadyStateTests(PublishedAgent agent, ITestOutputHelper output)
{
    const int Few = 50_000, Further = 1_000_000;

    /// <summary>
    /// A histogram's page, a second's record: what further seconds bring, whatever they are filled with.
    /// </summary>
    const long LeastForFurtherSeconds = 64 << 10;

    /// <summary>What telling of a second costs the control thread: nothing of it grows with requests.</summary>
    const long MostPerSecond = 16 << 10;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_million_further_requests_allocate_nothing_and_no_collection_runs(string method)
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        string[] options = ["--url", server.Url, "--users", "4", "--json", "-",
            .. method == "POST" ? (string[])["--body", "{\"a\":1}"] : []];
        var few = await ChargedAsync(agent.Command(options), Few, "UrlUser.Get");
        var watched = agent.Command(options).With("--journal", scratch["journal"]);
        var many = await ChargedAsync(watched, Few + Further, "UrlUser.Get");
        output.WriteLine($"{Few:N0} requests: {few:N0} B, {Few + Further:N0}: {many:N0} B.");
        Assert.InRange(many - few, -LeastForFurtherSeconds, LeastForFurtherSeconds);
        AssertStands(Journal.Read(scratch["journal"]));
    }

    /// <summary>
    /// From the last rest of the ramp to the last second the collector does not run. Not from the first second on: it
    /// is told by its highest reading, which may be one before that rest.
    /// </summary>
    void AssertStands(IReadOnlyList<IRecord> journal)
    {
        Tick[] ticks = [.. journal.OfType<Tick>().Where(static tick => tick is { UsersRunning: 4, Requests: > 0 })];
        var (rest, last) = (journal.OfType<PlateauReached>().Last().Plateau, ticks[^1]);
        Assert.Equal(4, rest.Users);
        var seconds = (last.At - rest.At).TotalSeconds;
        var allocated = (last.Memory.Allocated - rest.Reading.Allocated).Count;
        output.WriteLine($"{last.Requests:N0} requests in {seconds:0.0} s: "
            + $"{last.Memory.Collections - rest.Reading.Collections} collections, {allocated:N0} B by all threads.");
        Assert.Equal(rest.Reading.Collections, last.Memory.Collections);
        Assert.InRange(allocated, 0, (long)(seconds + 1) * MostPerSecond);
    }

    [Fact]
    public async Task A_user_with_think_time_and_two_tasks_allocates_nothing_an_iteration()
    {
        const int iterations = 20_000, further = 200_000;
        using var server = new EchoingServer();
        var binary = await AgentBinary.ResolveAsync(
            JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);
        var command = new Command(
            binary.Path,
            ["--scenario", "pausing", "--url", server.Url, "--users", "40", "--json", "-", "--when-limited", "warn"]);
        var few = await ChargedAsync(command, iterations, "PausingUser.Look", "PausingUser.Buy");
        var many = await ChargedAsync(command, iterations + further, "PausingUser.Look", "PausingUser.Buy");
        output.WriteLine($"{iterations:N0} iterations: {few:N0} B, {iterations + further:N0}: {many:N0} B.");
        Assert.InRange(many - few, -LeastForFurtherSeconds, LeastForFurtherSeconds);
    }

    /// <summary>What the engine and the user's task were charged, to the byte.</summary>
    static async Task<long> ChargedAsync(Command command, int requests, params string[] tasks)
    {
        command = command.With("--iterations", requests.ToString(CultureInfo.InvariantCulture)) with
        {
            // Ten seconds by itself; a machine that builds beside it takes longer.
            Limit = TimeSpan.FromMinutes(5),
        };
        var result = (await command.RunAsync()).Ended(0);
        using var run = JsonDocument.Parse(result.Output);
        Assert.Equal(requests,
            run.RootElement.GetProperty("requests").GetProperty("all").GetProperty("requests").GetInt64());
        return run.RootElement.GetProperty("ledger").EnumerateArray()
            .Where(row => row.GetProperty("scope").GetString() is { } name
                && (name == "engine" || tasks.Contains(name)))
            .Sum(static row => row.GetProperty("allocatedBytes").GetInt64());
    }
}
