using System.Text.Json;
using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The agent without a profiler: it guards itself, and tells everything itself.</summary>
public sealed class AgentAloneTests(PublishedAgent agent, StoryTarget target, ITestOutputHelper output)
    : IClassFixture<StoryTarget>
{
    [Fact]
    public async Task Summary_json_and_journal_tell_the_same_run()
    {
        using var scratch = new Scratch();
        var result = (await agent.Command(target.Options("registry", users: "10", duration: "2s"))
            .With("--json", scratch["run.json"], "--journal", scratch["run.journal"]).RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        var requests = run.GetProperty("requests").GetProperty("all").GetProperty("requests").GetInt64();
        result.Said("PASSED", "registry: 10 users", run.GetProperty("verdict").GetString()!);

        var records = Journal.Read(scratch["run.journal"], out var problem);
        Assert.Null(problem);
        Assert.IsType<RunStarted>(records[0]);
        Assert.Equal(requests, records.OfType<RequestDelta>().Sum(static delta => delta.Requests));
        Assert.Equal(requests, records.OfType<Tick>().Last().Requests);
        Assert.IsType<RunEnded>(records[^1]);
        Assert.DoesNotContain(DockerRegistry.Secret, result.All + File.ReadAllText(scratch["run.json"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_on_standard_output_is_all_that_is_there()
    {
        var result = (await agent.Command(target.Options("registry", users: "2", duration: "1s")).With("--json", "-")
            .RunAsync()).Ended(0);
        using var run = JsonDocument.Parse(result.Output);
        Assert.Equal(0, run.RootElement.GetProperty("exitCode").GetInt32());
    }

    /// <summary>As a CI job takes its log: one file for both streams, and for whoever else writes there.</summary>
    [Fact]
    public async Task A_file_that_takes_both_streams_has_every_line_of_everybody_in_order()
    {
        using var scratch = new Scratch();
        var script = """
            exec > "$1" 2>&1
            shift
            echo first
            "$1" --nonsense
            "$@"
            echo last
            """;
        string[] run = [agent.Path, .. target.Options("registry", users: "2", duration: "1s")];

        (await new Command("sh", ["-c", script, "sh", scratch["all.log"], .. run]).RunAsync()).Ended(0);

        var text = File.ReadAllText(scratch["all.log"]);
        string[] expected = ["first\n", "--nonsense is unknown", "\"Ready\"", "PASSED", "\nlast\n"];
        var places = expected.Select(part => text.IndexOf(part, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.EndsWith("last\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_cage_it_ends_itself_with_verdict_and_culprit()
    {
        var result = (await (agent.Command(target.Options("registry-per-user")) with { Cage = Bytes.FromMiB(64) })
            .RunAsync()).Ended(86);
        result.Said("WOULD EXCEED MEMORY", "RegistryPerUser.Start keeps 2.0 MiB per user", "the limit is 64 MiB",
            "users fit");
    }

    [Fact]
    public async Task Of_a_budget_above_the_cage_the_smaller_decides_and_the_report_says_so()
    {
        using var scratch = new Scratch();
        var command = agent.Command(target.Options("registry", duration: "3s"))
            .With("--memory", "128MiB", "--json", scratch["run.json"]);
        var result = (await (command with { Cage = Bytes.FromMiB(64) }).RunAsync()).Ended(0);
        result.Said("--memory 128 MiB is more than there is", "the smaller decides");
        Assert.InRange(scratch.Json("run.json").GetProperty("memory").GetProperty("budgetBytes").GetInt64(),
            Bytes.FromMiB(48).Count, Bytes.FromMiB(64).Count);
    }

    [Fact]
    public async Task Over_memory_hold_goes_on_with_the_users_that_fit_and_says_how_many()
    {
        using var scratch = new Scratch();
        var held = agent.Command(target.Options("registry-per-user", duration: "4s"))
            .With("--over-memory", "hold", "--json", scratch["run.json"]);
        var result = (await (held with { Cage = Bytes.FromMiB(64) }).RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        var started = run.GetProperty("users").GetProperty("started").GetInt32();
        output.WriteLine(
            $"{started} users were let in, the kernel counted {result.Cage!.Value.Peak}. {run.GetProperty("verdict")}");
        Assert.InRange(started, 15, 30);
        result.Said($"Held at {started} users");
    }

    [Fact]
    public async Task After_a_kill_the_journal_has_every_whole_record_but_those_of_the_last_second()
    {
        using var scratch = new Scratch();
        var command = agent.Command(target.Options("registry", users: "10", duration: "30s"))
            .With("--journal", scratch["run.journal"]);
        await using var running = command.Start();
        await running.SeesAsync("Ready");
        await Task.Delay(TimeSpan.FromSeconds(3.5), TestContext.Current.CancellationToken);
        running.Signal(RunningCommand.KillAtOnce);
        Assert.Equal(137, (await running.Completion).ExitCode);

        var records = Journal.Read(scratch["run.journal"], out var problem);
        output.WriteLine($"{records.Count} records; {problem ?? "no damage"}");
        Assert.IsType<RunStarted>(records[0]);
        Assert.DoesNotContain(records, static record => record is RunEnded);
        // Killed 3.5 s after it was ready: the tick of the third second is there.
        Assert.True(records.OfType<Tick>().Last().At >= TimeSpan.FromSeconds(2.5));
        Assert.Contains(records, static record => record is RequestDelta);
    }
}
