using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Tests.Users;
using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Runs;

public sealed class RunJudgeTests
{
    /// <summary>The tables of a loop that is blocked are not read from another thread, nor is it waited for.</summary>
    [Fact]
    public void That_no_request_was_answered_is_said_once_every_loop_has_told_so()
    {
        using var town = new Town(UserTests.Table(new UserTests.Sketch()), loops: 2);
        using var memory = MemoryReader.Open();
        using var records = new RecordStream();
        var options = new AgentOptions { Load = new() { Users = 2, Duration = 1000.Seconds() } };
        var request = new RunRequest(options, town.Plan, town.Supplies, [], [], []);
        var population = town.Populate(memory, OverMemory.Ignore, [.. request.Schedule.Plans]);
        var recorder = new RunRecorder(town.Loops, town.Plan, records, Logger.None, Stopwatch.GetTimestamp());
        var judge = new RunJudge(request, town.Loops, recorder);
        town.Loops.Ask(
            static loop =>
            {
                for (var count = 0; count < 10; count++)
                {
                    loop.Http.Requests.Record(RequestNames.Other, 1, 1, 0, FailureKind.Connect);
                }
            },
            5.Seconds());

        using var blocked = new ManualResetEventSlim();
        town.Loops.Ask(loop => { if (loop.Loop.Index == 1) blocked.Wait(); }, TimeSpan.Zero);
        Assert.Null(judge.Pointless(population, enough: 10));
        blocked.Set();
        town.Until(() => judge.Pointless(population, enough: 10) is { ExitCode: 3 });
    }
}
