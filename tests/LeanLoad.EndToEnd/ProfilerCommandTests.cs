using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>Every way of the profiler to an agent ends in the same report.</summary>
public sealed class ProfilerCommandTests(PublishedAgent agent, StoryTarget target) : IClassFixture<StoryTarget>
{
    [Fact]
    public async Task Run_with_a_cage_reports_a_run_that_fits()
    {
        using var scratch = new Scratch();
        Requires.MemoryCgroup();
        var result = await PublishedAgent.LeanLoad("run", agent.Path, "--cage", "64MiB", "--out", scratch["out"], "--")
            .With(target.Options("registry")).With("--json", scratch["run.json"]).RunAsync();
        result.Ended(0).Said("hard limit of 64.0 MiB", "PASSED", "killed nothing");
        Same(scratch, "out/report.json");
    }

    [Fact]
    public async Task Run_that_does_not_fit_gives_the_reason_of_its_agent_and_the_types()
    {
        using var scratch = new Scratch();
        Requires.MemoryCgroup();
        var result = await PublishedAgent.LeanLoad("run", agent.Path, "--cage", "64MiB", "--out", scratch["out"], "--")
            .With(target.Options("registry-per-user")).With("--json", scratch["run.json"]).RunAsync();
        result.Ended(86);
        var told = scratch.Json("out/report.json").GetProperty("run").GetProperty("verdict").GetString()!;
        var own = scratch.Json("run.json").GetProperty("verdict").GetString()!;
        Assert.StartsWith($"{own} Most of what RegistryPerUser.Start allocates is ", told);
    }

    [Fact]
    public async Task Attach_by_port_waits_for_the_agent_and_reports_all_of_it()
    {
        using var scratch = new Scratch();
        await using var profiler = PublishedAgent.LeanLoad("attach", "--port", scratch["port"], "--out", scratch["out"])
            .Start();
        await Exists(scratch["port"]);
        var command = agent.Command(target.Options("registry", users: "10")).With("--json", scratch["run.json"]) with
        {
            Variables =
                new Dictionary<string, string?> { ["DOTNET_DiagnosticPorts"] = scratch["port"] + ",connect,nosuspend" },
        };
        (await command.RunAsync()).Ended(0);
        (await profiler.Completion).Ended(0).Said("PASSED", "10 users");
        Same(scratch, "out/report.json");
        Assert.False(File.Exists(scratch["port"]));
    }

    [Fact]
    public async Task Attach_by_pid_comes_late_and_still_knows_the_totals()
    {
        using var scratch = new Scratch();
        var command = agent.Command(target.Options("registry", users: "10", duration: "6s"))
            .With("--json", scratch["run.json"], "--when-limited", "warn");
        await using var running = command.Start();
        await running.SeesAsync("Ready");
        var profiler = await PublishedAgent.LeanLoad("attach", "--pid", $"{running.Id}", "--out", scratch["out"])
            .RunAsync();
        (await running.Completion).Ended(0);
        profiler.Ended(0).Said("PASSED", "10 users");
        var (own, told) = (scratch.Json("run.json"), scratch.Json("out/report.json").GetProperty("run"));
        Assert.Equal(own.GetProperty("scenario").GetString(), told.GetProperty("scenario").GetString());
        Assert.Equal(own.GetProperty("users").GetProperty("started").GetInt32(),
            told.GetProperty("users").GetProperty("started").GetInt32());
    }

    /// <summary>Waits until a file is there.</summary>
    internal static async Task Exists(string path)
    {
        for (var attempt = 0; !File.Exists(path); attempt++)
        {
            Assert.True(attempt < 200, $"{path} did not appear.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a file holds a number.</summary>
    internal static async Task<int> NumberIn(string path, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        int number;
        while (!File.Exists(path) || !int.TryParse(await File.ReadAllTextAsync(path), out number))
        {
            Assert.True(waited.Elapsed < patience, $"{path} did not appear.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        return number;
    }

    /// <summary>What the profiler was told by the records is what the agent counted.</summary>
    static void Same(Scratch scratch, string report)
    {
        var (own, told) = (scratch.Json("run.json"), scratch.Json(report).GetProperty("run"));
        foreach (var name in new[] { "scenario", "exitCode", "verdict", "headline" })
        {
            Assert.Equal(own.GetProperty(name).ToString(), told.GetProperty(name).ToString());
        }

        Assert.Equal(Rows(own), Rows(told));
        Assert.Equal(
            own.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64(),
            told.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64());
    }

    static string[] Rows(JsonElement run) =>
    [
        .. run.GetProperty("requests").GetProperty("byName").EnumerateArray()
            .Select(row => $"{row.GetProperty("name")}: {row.GetProperty("requests")}, "
                + $"{row.GetProperty("failures")}, {JsonSerializer.Serialize(row.GetProperty("serviceTimeUs"))}"),
    ];
}
