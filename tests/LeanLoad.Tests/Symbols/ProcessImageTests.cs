using LeanLoad.Profiler.Symbols;
using Xunit;

namespace LeanLoad.Tests.Symbols;

public sealed class ProcessImageTests
{
    [Fact]
    public void The_lowest_mapping_of_the_program_itself_counts()
    {
        string[] maps =
        [
            "08048000-08049000 r--p 00000000 fe:00 11                                 /opt/other agent",
            "556f815ca000-556f815ce000 r--p 00000000 fe:00 247607                     /opt/the agent",
            "556f815ce000-556f815f2000 r-xp 00004000 fe:00 247607                     /opt/the agent",
            "7ffd1a5e6000-7ffd1a607000 rw-p 00000000 00:00 0                          [stack]",
        ];

        Assert.True(ProcessImage.TryFind(maps, "/opt/the agent", out var start));
        Assert.Equal(0x556f815ca000UL, start);
        Assert.False(ProcessImage.TryFind(maps, "/opt/no agent", out _));
        Assert.False(ProcessImage.TryFind(["", "garbage", "-/opt/the agent", "zz-zz r--p /opt/the agent"],
            "/opt/the agent", out _));
    }

    [Fact]
    public void This_process_is_found()
    {
        Assert.True(ProcessImage.TryRead("/proc/self", out var image, out var problem), problem);
        Assert.Equal(Environment.ProcessPath, image.Path);
        Assert.Equal(0UL, image.Start & 0xFFF);
    }

    [Fact]
    public void A_process_that_is_gone_is_a_problem()
    {
        Assert.False(ProcessImage.TryRead("/proc/2147483647", out _, out var problem));
        Assert.Contains("unnamed", problem, StringComparison.Ordinal);
    }
}
