using System.Diagnostics;
using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>Ctrl-C in any phase: what exists is written out, and the process ends soon.</summary>
public sealed class InterruptionTests(PublishedAgent agent, StoryTarget target) : IClassFixture<StoryTarget>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_the_bootstrap()
    {
        await using var server = new SilentServer();
        using var scratch = new Scratch();
        await Interrupted(scratch, StoryTarget.OptionsFor(server.Url, target.Registry.Image, "registry", "2", "10/s",
            "30s"), server.Accepted, RunPhase.Bootstrap);
    }

    [Fact]
    public async Task In_the_ramp()
    {
        using var scratch = new Scratch();
        await Interrupted(scratch, target.Options("registry", users: "30", ramp: "1/s", duration: "60s"), null,
            RunPhase.Ramp);
    }

    [Fact]
    public async Task In_the_steady_phase()
    {
        using var scratch = new Scratch();
        await Interrupted(scratch, target.Options("registry", users: "2", ramp: "100/s", duration: "60s"), null,
            RunPhase.Steady);
    }

    [Theory]
    [InlineData(RunningCommand.Terminate, "SIGTERM")]
    [InlineData(RunningCommand.Hangup, "SIGHUP")]
    public async Task By_other_signals_that_mean_the_end(int signal, string name)
    {
        using var scratch = new Scratch();
        await using var running = agent.Command(target.Options("registry", users: "2", ramp: "100/s", duration: "60s"))
            .With("--json", scratch["run.json"], "--journal", scratch["run.journal"]).Start();
        await running.SeesAsync("Ready");
        await Task.Delay(1000, Cancel);
        await EndsSoon(running, () => running.Signal(signal));
        (await running.Completion).Ended(105).Said("INTERRUPTED", $"Stopped by {name}");
        Assert.Equal(105, scratch.Json("run.json").GetProperty("exitCode").GetInt32());
        Assert.True(Assert.IsType<RunEnded>(Journal.Read(scratch["run.journal"])[^1]).IsComplete);
    }

    [Fact]
    public async Task A_hangup_that_is_to_be_ignored_is()
    {
        Requires.Command("nohup", "apt-get install coreutils");
        var run = agent.Command(target.Options("registry", users: "2", ramp: "100/s", duration: "2s"));
        await using var running = new Command("nohup", [run.Program, .. run.Arguments]).Start();
        await running.SeesAsync("Ready");
        running.Signal(RunningCommand.Hangup);
        (await running.Completion).Ended(0);
    }

    [Fact]
    public async Task From_the_moment_on_in_which_it_starts_itself_anew()
    {
        for (var attempt = 0; attempt < 12; attempt++)
        {
            await using var running = agent.Command(target.Options("registry", users: "2", duration: "60s")).Start();
            while (!HasStartedAnew(running.Id)) Thread.Yield();
            // A millisecond later each time, through the runtime's start and the options to the bootstrap.
            Thread.Sleep(attempt);
            running.Signal(RunningCommand.Interrupt);
            (await running.Completion).Ended(105).Said("INTERRUPTED", "Stopped by SIGINT");
        }
    }

    [Fact]
    public async Task While_users_stop_what_is_in_flight_is_cut()
    {
        await using var server = new SilentServer();
        using var scratch = new Scratch();
        var stopping = Task.WhenAll(server.Accepted, Task.Delay(TimeSpan.FromSeconds(1.5), Cancel));
        await Interrupted(scratch, ["--url", server.Url, "--duration", "500ms", "--stop-timeout", "50s"], stopping,
            RunPhase.Stopping);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Through_the_profiler_also_when_the_terminal_signals_the_whole_group(bool toGroup)
    {
        Requires.Command("setsid", "apt-get install util-linux");
        using var scratch = new Scratch();
        var run = PublishedAgent.LeanLoad("run", agent.Path, "--out", scratch.Path, "--")
            .With(target.Options("registry", users: "2", duration: "60s"));
        // A session of its own, or the group would be the test's.
        await using var running = new Command("setsid", [run.Program, .. run.Arguments]).Start();
        await running.SeesAsync("users 2/2");
        await EndsSoon(running, () => running.Signal(RunningCommand.Interrupt, toGroup));
        (await running.Completion).Ended(105).Said("INTERRUPTED", "Stopped by SIG");
        var report = scratch.Json("report.json").GetProperty("run");
        Assert.Equal(105, report.GetProperty("exitCode").GetInt32());
        Assert.Equal(2, report.GetProperty("users").GetProperty("started").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_agent_is_built_nothing_of_the_build_stays(bool toGroup)
    {
        Requires.Command("setsid", "apt-get install util-linux");
        using var scratch = new Scratch();
        // A build that lasts, and says that it has begun.
        File.WriteAllText(scratch["Slow.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <Target Name="Last" BeforeTargets="BeforeBuild">
                <Exec Command="echo $$ &gt; '{scratch["shell"]}'; exec sleep 120" />
              </Target>
            </Project>
            """);
        File.WriteAllText(scratch["Program.cs"], "return 0;");
        var run = PublishedAgent.LeanLoad("run", scratch["Slow.csproj"], "--out", scratch["out"]);
        await using var running = new Command("setsid", [run.Program, .. run.Arguments]).Start();
        var shell = await ProfilerCommandTests.NumberIn(scratch["shell"], TimeSpan.FromMinutes(1));
        await EndsSoon(running, () => running.Signal(RunningCommand.Interrupt, toGroup));
        (await running.Completion).Ended(105).Said("Interrupted before there were results");
        // Killed, it may wait for an init that has not come to collect it.
        var stat = $"/proc/{shell}/stat";
        Assert.True(!File.Exists(stat) || File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal),
            "The build goes on.");
    }

    [Fact]
    public async Task The_profiler_that_waits_for_an_agent_ends_at_once()
    {
        using var scratch = new Scratch();
        await using var running = PublishedAgent.LeanLoad("attach", "--port", scratch["port"], "--out", scratch["out"])
            .Start();
        await ProfilerCommandTests.Exists(scratch["port"]);
        await EndsSoon(running, () => running.Signal(RunningCommand.Interrupt));
        (await running.Completion).Ended(105).Said("Interrupted before there were results");
    }

    // The variable is in the environment of the new image alone.
    static bool HasStartedAnew(int process) =>
        File.ReadAllText($"/proc/{process}/environ").Contains("LEANLOAD_GC_SET=", StringComparison.Ordinal);

    async Task Interrupted(Scratch scratch, string[] options, Task? moment, RunPhase phase)
    {
        await using var running = agent.Command(options)
            .With("--json", scratch["run.json"], "--journal", scratch["run.journal"]).Start();
        if (moment is null)
        {
            await running.SeesAsync("Ready");
            moment = Task.Delay(TimeSpan.FromSeconds(1.5), Cancel);
        }

        await moment;
        await EndsSoon(running, () => running.Signal(RunningCommand.Interrupt));
        (await running.Completion).Ended(105).Said("INTERRUPTED", "Stopped by SIGINT");

        Assert.Equal(105, scratch.Json("run.json").GetProperty("exitCode").GetInt32());
        var records = Journal.Read(scratch["run.journal"]);
        Assert.Contains(phase, records.OfType<PhaseChanged>().Select(static change => change.Phase));
        var next = phase == RunPhase.Ramp ? RunPhase.Steady : phase == RunPhase.Bootstrap ? RunPhase.Ready
            : (RunPhase?)null;
        if (next is { } later)
        {
            Assert.DoesNotContain(later, records.OfType<PhaseChanged>().Select(static change => change.Phase));
        }

        Assert.Equal(105, Assert.IsType<RunEnded>(records[^1]).ExitCode);
    }

    /// <summary>Far sooner than what was planned; not a measurement.</summary>
    static async Task EndsSoon(RunningCommand running, Action interrupt)
    {
        var asked = Stopwatch.GetTimestamp();
        interrupt();
        await running.Completion;
        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
