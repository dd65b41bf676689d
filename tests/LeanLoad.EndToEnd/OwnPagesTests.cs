using LeanLoad.Judge;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A program that nobody on this host has run before, as a container's seldom has been: its pages are charged to its
/// own cgroup, and are what the kernel drops near the limit. In all other tests somebody else has them.
/// </summary>
public sealed class OwnPagesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("linear")]
    [InlineData("native")]
    public async Task Near_its_limit_it_is_not_killed_for_want_of_room_for_its_own_pages(string scenario)
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(
            JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);
        using var scratch = new Scratch();
        UnreadCopy.Make(binary.Path, scratch["leanload-unread"]);
        var command = new Command(scratch["leanload-unread"],
            ["--scenario", scenario, "--users", "20", "--ramp", "7/s", "--each", "1650000B", "--duration", "7s",
                "--log", "console", "--when-limited", "warn", "--json", scratch["run.json"]])
        { Cage = Bytes.FromMiB(44), IsUnread = true };

        var result = await command.RunAsync();

        output.WriteLine($"{result.Cage}\n{result.Output}");
        Assert.Equal(0, result.Cage!.Value.OutOfMemoryKills);
        Assert.True(result.ExitCode is 0 or 86, result.ToString());
        // The program's pages were charged here, or this would say nothing: the kernel counted them beside what no
        // kernel can drop.
        Assert.InRange(result.Cage!.Value.Peak!.Value.MiB, 24, 44.1);
        var peak = scratch.Json("run.json").GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64();
        Assert.InRange((result.Cage!.Value.Peak!.Value - new Bytes(peak)).MiB, 4, 44);
    }
}
