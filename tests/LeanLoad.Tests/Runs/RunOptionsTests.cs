using LeanLoad.Memory;
using LeanLoad.Profiler.Runs;
using Xunit;

namespace LeanLoad.Tests.Runs;

public sealed class RunOptionsTests
{
    [Theory]
    [InlineData(null, "", null, 1)]
    [InlineData(64, "--users 40", 64, 40)]
    [InlineData(64, "--memory 128MiB --users=40", 64, 40)]
    [InlineData(null, "--memory 128MiB --users 40", 128, 40)]
    [InlineData(null, "--memory=128MiB", 128, 1)]
    [InlineData(null, "--memory 128 --users many", null, 1)]
    [InlineData(null, "--memory", null, 1)]
    public void The_collector_is_set_for_the_cage_or_else_for_the_agents_own_budget(
        int? cageMiB, string arguments, int? budgetMiB, int users)
    {
        var options = new RunOptions
        {
            Path = "agent",
            Arguments = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Cage = cageMiB is { } cage ? Bytes.FromMiB(cage) : null,
        };
        Assert.Equal(GcSettings.For(budgetMiB is { } budget ? Bytes.FromMiB(budget) : null, users),
            options.Collector());
    }
}
