using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The promise: a run that fits passes, one that does not ends itself, and the kernel kills neither.</summary>
public sealed class MemoryLimitTests(PublishedAgent agent, StoryTarget target, ITestOutputHelper output)
    : IClassFixture<StoryTarget>
{
    [Theory]
    [InlineData(28)]
    [InlineData(32)]
    [InlineData(40)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(80)]
    public async Task A_run_that_does_not_fit_ends_itself_with_all_its_results(int limitMiB)
    {
        using var scratch = new Scratch();
        // It ends itself long before, but on a crowded machine not within three seconds.
        var result = (await Story("registry-per-user", limitMiB, scratch, "30s").RunAsync()).Ended(86);
        var run = scratch.Json("run.json");
        output.WriteLine($"{limitMiB} MiB: {run.GetProperty("users").GetProperty("started")} users started, "
            + $"the kernel counted {result.Cage!.Value.Peak}. {run.GetProperty("verdict")}");

        Assert.Equal(86, run.GetProperty("exitCode").GetInt32());
        Assert.InRange(run.GetProperty("users").GetProperty("started").GetInt32(), 1, 39);
        // A ramp that memory stopped never was steady, not for a moment.
        Assert.DoesNotContain(run.GetProperty("windows").EnumerateArray(),
            static window => window.GetProperty("window").GetString() == "steady");
        var ended = Assert.IsType<RunEnded>(Journal.Read(scratch["run.journal"])[^1]);
        Assert.Equal((86, true), (ended.ExitCode, ended.IsComplete));
        Assert.Equal(run.GetProperty("verdict").GetString(), ended.Verdict);
        result.Said(ended.Verdict);
    }

    [Theory]
    [InlineData("registry-per-user", 128)]
    [InlineData("registry", 64)]
    [InlineData("registry", 24)]
    public async Task A_run_that_fits_passes(string scenario, int limitMiB)
    {
        using var scratch = new Scratch();
        // How late users were on a machine that others keep busy is not asked: whether they fit is.
        var command = Story(scenario, limitMiB, scratch, "6s").With("--when-limited", "warn");
        var result = (await command.RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        output.WriteLine($"{scenario} in {limitMiB} MiB: the kernel counted {result.Cage!.Value.Peak}. "
            + $"{run.GetProperty("verdict")}");
        Assert.Equal(40, run.GetProperty("users").GetProperty("started").GetInt32());
        Assert.Equal(0, run.GetProperty("requests").GetProperty("all").GetProperty("failures").GetInt64());
        Assert.Equal(0, Assert.IsType<RunEnded>(Journal.Read(scratch["run.journal"])[^1]).ExitCode);
    }

    [Fact]
    public async Task The_shared_story_needs_no_more_than_24_MiB_everything_counted()
    {
        using var scratch = new Scratch();
        var result = (await Story("registry", 64, scratch).RunAsync()).Ended(0);
        var (own, kernel) = (Peak(scratch.Json("run.json")), result.Cage!.Value.Peak!.Value);
        output.WriteLine($"Charged and not reclaimable: {own}; "
            + $"by the kernel, with page cache and the bootstrap's child process: {kernel}.");
        Assert.InRange(own.MiB, 1, kernel.MiB);
        Assert.InRange(kernel.MiB, 1, 24);
    }

    [Theory]
    // In the agent itself, and in a child process.
    [InlineData("prepared")]
    [InlineData("registry")]
    public async Task What_a_bootstrap_took_is_given_back_when_it_has_ended(string scenario)
    {
        using var scratch = new Scratch();
        var command = Story("registry", 128, scratch);
        if (scenario == "prepared")
        {
            var binary = await AgentBinary.ResolveAsync(
                JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);
            command = new Command(binary.Path, ["--scenario", scenario, "--each", "48MiB", "--users", "4", "--ramp",
                "20/s", "--duration", "2s", "--json", scratch["run.json"]])
            { Cage = Bytes.FromMiB(128) };
        }

        (await command.RunAsync()).Ended(0);
        var memory = scratch.Json("run.json").GetProperty("memory");
        var bootstrap = memory.GetProperty("bootstrapping");
        var highest = bootstrap.GetProperty("unreclaimableBytes").GetInt64();
        var child = bootstrap.GetProperty("bootstrapChildBytes");
        var after = memory.GetProperty("plateaus")[0].GetProperty("unreclaimableBytes").GetInt64();
        output.WriteLine($"{scenario}: {new Bytes(highest)} while it ran, of it in a child {child} bytes; "
            + $"{new Bytes(after)} before the first user.");
        Assert.Equal(scenario == "registry", child.ValueKind == JsonValueKind.Number);
        Assert.InRange(after, 1, highest / 2);
        if (scenario == "prepared") Assert.InRange(highest, 30 << 20, 128 << 20);
    }

    [Fact]
    public async Task What_the_stopped_run_projected_is_within_a_tenth_of_what_an_uncaged_run_reaches()
    {
        using var stopped = new Scratch();
        (await PublishedAgent.LeanLoad("run", agent.Path, "--cage", "64MiB", "--out", stopped.Path, "--")
            .With(target.Options("registry-per-user", ramp: "8/s", duration: "6s")).RunAsync()).Ended(86);
        var projection = stopped.Json("report.json").GetProperty("run").GetProperty("memory").GetProperty("projection");
        var projected = new Bytes(projection.GetProperty("expectedBytes").GetInt64());

        // No budget is near; the cage is there for the kernel to count. The collector is set as without a budget.
        using var free = new Scratch();
        // Long enough for all to start on a machine that others keep busy; how late they were there is not asked.
        var uncaged = Story("registry-per-user", 512, free, duration: "6s").With("--when-limited", "warn") with
        {
            Variables = GcSettings.For(null).Variables.ToDictionary(one => one.Name, one => (string?)one.Value),
        };
        var result = (await uncaged.RunAsync()).Ended(0);
        Assert.Equal(40, free.Json("run.json").GetProperty("users").GetProperty("started").GetInt32());
        var real = Peak(free.Json("run.json"));
        var error = (projected.Count - real.Count) / (double)real.Count;
        output.WriteLine($"Projected {projected} ({projection.GetProperty("lowerBytes")} to "
            + $"{projection.GetProperty("upperBytes")}), "
            + $"reached {real} (the kernel, with page cache: {result.Cage!.Value.Peak}): {error:+0.0 %;-0.0 %}.");
        Assert.InRange(error, -0.1, 0.1);
    }

    Command Story(string scenario, int limitMiB, Scratch scratch, string duration = "3s") =>
        agent.Command(target.Options(scenario, duration: duration))
            .With("--json", scratch["run.json"], "--journal", scratch["run.journal"]) with
        {
            Cage = Bytes.FromMiB(limitMiB),
        };

    static Bytes Peak(JsonElement run) =>
        new(run.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64());
}
