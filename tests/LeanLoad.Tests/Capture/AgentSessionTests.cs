using System.Diagnostics;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

public sealed class AgentSessionTests
{
    static readonly CaptureSink Deaf = new() { OnRecord = _ => { } };

    [Fact]
    public async Task Nothing_is_missed_between_the_start_of_a_program_and_its_end()
    {
        var samples = 0;
        var sink = Deaf with { OnAllocation = _ => samples++ };
        var program = Path.Combine(AppContext.BaseDirectory, "LeanLoad.Profiler.dll");
        var looked = false;
        var session = await AgentSession.LaunchAsync(
            new ProcessStartInfo("dotnet", ["exec", program, "--help"]), new SessionOptions
            {
                ConnectWithin = TimeSpan.FromMinutes(1),
            }, sink,
            agent => looked = File.Exists($"/proc/{agent.Id}/maps"), TestContext.Current.CancellationToken);
        await using (session)
        {
            var end =
                await session.Completion.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            Assert.Equal(SessionEndReason.AgentExited, end.Reason);
            Assert.Equal(0, await session.Agent!.Exited);
        }

        Assert.True(looked, "the process can be looked at before it runs");
    }

    [Fact]
    public async Task A_program_that_ends_before_it_connects_is_reported_with_its_last_words()
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("/bin/sh", ["-c", "echo 'no such user: bob' >&2; exit 4"]);
        var problem = await Assert.ThrowsAsync<AgentException>(
            () => AgentSession.LaunchAsync(start, new SessionOptions(), Deaf, null, cancel));

        Assert.Contains("exit code 4", problem.Message, StringComparison.Ordinal);
        Assert.Contains("no such user: bob", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_never_connects_is_ended_and_reported()
    {
        var options = new SessionOptions { ConnectWithin = TimeSpan.FromMilliseconds(50) };
        var problem = await Assert.ThrowsAsync<AgentException>(() => AgentSession.LaunchAsync(
            new ProcessStartInfo("/bin/sleep", ["600"]), options, Deaf, null, TestContext.Current.CancellationToken));

        Assert.Contains("did not connect", problem.Message, StringComparison.Ordinal);
        var pid = int.Parse(problem.Message.Split("pid ")[1].Split(')')[0], null);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(pid));
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_named()
    {
        var problem = await Assert.ThrowsAsync<AgentException>(() => AgentSession.LaunchAsync(
            new ProcessStartInfo("/no/such/agent"), new SessionOptions(), Deaf, null,
            TestContext.Current.CancellationToken));

        Assert.StartsWith("/no/such/agent cannot be started", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_does_not_exist_is_said_so()
    {
        var problem = await Assert.ThrowsAsync<AgentException>(
            () => AgentSession.AttachAsync(int.MaxValue, new SessionOptions(), Deaf,
                TestContext.Current.CancellationToken));

        Assert.Contains("no such process", problem.Message, StringComparison.Ordinal);
    }
}
