using LeanLoad.Judge;
using Xunit;

namespace LeanLoad.Tests.Judge;

public sealed class GridTests
{
    [Fact]
    public void Every_case_is_found_again_by_its_name()
    {
        foreach (var one in Grid.Cases(Workload.All, Grid.Limits, firstSeed: 901, seeds: 1, rampSeconds: 3))
        {
            Assert.True(Grid.TryName(one.Id, rampSeconds: 3, out var found));
            Assert.Equal(one, found);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("linear")]
    [InlineData("linear-48-over")]
    [InlineData("linear-48-over-7-8")]
    [InlineData("cubic-48-over-7")]
    [InlineData("linear-x-over-7")]
    [InlineData("linear-48-under-7")]
    [InlineData("linear-48-over-x")]
    [InlineData("linear-48-1-7")]
    [InlineData("linear-048-over-7")]
    public void What_names_no_case_finds_none(string id) => Assert.False(Grid.TryName(id, rampSeconds: 3, out _));
}
