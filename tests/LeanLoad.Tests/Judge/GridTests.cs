using LeanLoad.Judge;
using Xunit;

namespace LeanLoad.Tests.Judge;

public sealed class GridTests
{
    [Fact]
    public void Every_case_is_found_again_by_its_name()
    {
        foreach (var one in All(limitsSockets: true))
        {
            Assert.True(Grid.TryName(one.Id, rampSeconds: 3, out var found));
            Assert.Equal(one, found);
        }
    }

    [Fact]
    public void No_two_cases_have_the_same_users()
    {
        var dice = All(limitsSockets: true).Select(static one => one.Dice).Order().ToArray();
        // User i draws by dice + i.
        Assert.All(dice.Zip(dice.Skip(1)), static pair => Assert.InRange(pair.Second - pair.First, 61, int.MaxValue));
        Assert.InRange(dice[0], 0, int.MaxValue);
    }

    [Fact]
    public void Sockets_are_to_fill_a_limit_only_where_it_is_on_them()
    {
        static bool IsFull(Case one) => one.Workload.Grows == Growth.Sockets && one.Aim != Aim.Comfortable;

        Assert.DoesNotContain(All(limitsSockets: false), IsFull);
        Assert.Equal(2 * Grid.Limits.Length, All(limitsSockets: true).Count(IsFull));
        Assert.Equal(All(limitsSockets: false), All(limitsSockets: true).Where(static one => !IsFull(one)));
    }

    static IEnumerable<Case> All(bool limitsSockets) =>
        Grid.Cases(Workload.All, Grid.Limits, firstSeed: 901, seeds: 1, rampSeconds: 3, limitsSockets);

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
