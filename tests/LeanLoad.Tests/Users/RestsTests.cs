using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Users;

public sealed class RestsTests
{
    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(4, new[] { 1, 2, 3, 4 })]
    [InlineData(8, new[] { 1, 2, 3, 4, 8 })]
    [InlineData(9, new[] { 1, 2, 3, 4, 5, 8, 9 })]
    [InlineData(13, new[] { 1, 2, 3, 4, 7, 8, 13 })]
    [InlineData(40, new[] { 1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 40 })]
    [InlineData(100, new[] { 1, 2, 3, 4, 7, 8, 13, 16, 25, 32, 50, 64, 100 })]
    public void A_ramp_rests_with_few_users_and_each_time_that_they_have_doubled(int planned, int[] rests) =>
        Assert.Equal(rests, Enumerable.Range(1, planned + 3).Where(users => Rests.IsAt(users, planned)));

    [Fact]
    public void There_is_one_at_a_half_and_at_a_quarter_of_any_ramp_and_nobody_waits_for_more_than_a_doubling()
    {
        for (var planned = 4; planned < 5_000; planned++)
        {
            var rests = Enumerable.Range(1, planned).Where(users => Rests.IsAt(users, planned)).ToArray();
            Assert.Contains((planned + 1) / 2, rests);
            Assert.Contains((planned + 3) / 4, rests);
            Assert.All(rests.Zip(rests.Skip(1)), static pair => Assert.InRange(pair.Second, 0, 2 * pair.First));
            Assert.InRange(rests.Length, 0, 3 + 2 * Math.Log2(planned));
        }
    }

    [Fact]
    public void A_plan_that_changed_on_the_way_has_rests_of_its_own_still_to_come()
    {
        // Of 100 users 30 are there when 56 are asked for instead: 28 has passed.
        Assert.Equal([32, 56], Enumerable.Range(31, 100).Where(static users => Rests.IsAt(users, 56)));
    }
}
