using CsCheck;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.Tests.Load;

public sealed class LoadPlanTests
{
    [Theory]
    [InlineData(10, 0, 0, 10)]
    [InlineData(10, 1, 0, 1)]
    [InlineData(10, 1, 999, 1)]
    [InlineData(10, 1, 1000, 2)]
    [InlineData(10, 10, 100, 2)]
    [InlineData(10, 10, 300, 4)]
    [InlineData(10, 10, 900, 10)]
    [InlineData(10, 10, 100_000, 10)]
    [InlineData(1, 0.5, 0, 1)]
    [InlineData(1_000_000, 1e9, 1, 1_000_000)]
    public void So_many_users_are_due(int users, double perSecond, int elapsedMs, int due) =>
        Assert.Equal(due, new LoadPlan(users, perSecond, null, null).UsersDueAt(TimeSpan.FromMilliseconds(elapsedMs)));

    [Fact]
    public void All_are_due_when_the_ramp_is_over_and_not_before() =>
        Gen.Select(Gen.Int[2, 100_000], Gen.Double[0.01, 10_000]).Sample(static (users, perSecond) =>
        {
            var plan = new LoadPlan(users, perSecond, null, null);
            // A timestamp has ticks of 100 ns.
            Assert.Equal(users, plan.UsersDueAt(plan.RampTime + TimeSpan.FromTicks(1)));
            Assert.InRange(plan.UsersDueAt(plan.RampTime - TimeSpan.FromSeconds(1.5 / perSecond)), 0, users - 1);
        });

    [Fact]
    public void Each_prefix_of_the_mix_is_within_one_user_of_the_weights() =>
        Gen.Int[1, 20].Array[1, 6].Sample(static weights =>
        {
            var mix = new ClassMix(weights);
            var (given, total) = (new int[weights.Length], (double)weights.Sum());
            for (var count = 1; count <= 500; count++)
            {
                given[mix.Next()]++;
                for (var index = 0; index < weights.Length; index++)
                {
                    Assert.InRange(given[index] - count * weights[index] / total, -1, 1);
                }
            }
        });

    [Fact]
    public void Equal_classes_take_turns()
    {
        var mix = new ClassMix([1, 1, 1]);
        Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6).Select(_ => mix.Next()));
    }

    [Fact]
    public void Classes_of_a_fixed_number_come_first_and_the_rest_is_shared_by_weight()
    {
        var mix = new ClassMix([1, 5, 2], [0, 2, 0]);
        Assert.Equal([1, 1, 2, 0, 2, 2, 0, 2], Enumerable.Range(0, 8).Select(_ => mix.Next()));
    }
}
