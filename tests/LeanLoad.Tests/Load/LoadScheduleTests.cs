using CsCheck;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.Tests.Load;

/// <summary>Loads side by side: how many users there are at most, and when all is over.</summary>
public sealed class LoadScheduleTests
{
    static readonly Gen<LoadPlan> Plan =
        Gen.Select(Gen.Int[1, 50], Gen.Int[0, 20], Gen.Int[1, 20], Gen.Bool, Gen.Bool).Select(
            (users, after, lasts, isOpen, hasEnd) =>
                new LoadPlan(users, 0, hasEnd ? lasts.Seconds() : null, null)
                {
                    After = after.Seconds(),
                    Arrivals = isOpen ? new LoadCurve(10) : null,
                });

    [Fact]
    public void The_most_users_are_those_of_the_fullest_second() => Plan.List[1, 6].Sample(plans =>
    {
        var fullest = Enumerable.Range(0, 60).Max(second => plans
            .Where(plan => (plan.IsOpen || plan.After <= second.Seconds()) && !(plan.Ends <= second.Seconds()))
            .Sum(static plan => plan.Users));
        Assert.Equal(fullest, new LoadSchedule(plans).MostUsers);
    });

    [Fact]
    public void It_is_over_when_the_last_is_and_has_no_end_where_one_has_none() => Plan.List[1, 6].Sample(plans =>
    {
        var schedule = new LoadSchedule(plans);
        Assert.Equal(plans.Any(static plan => plan.Duration is null), schedule.Duration is null);
        if (schedule.Duration is { } duration)
        {
            Assert.All(plans, plan => Assert.True(plan.After + plan.Duration <= duration));
            Assert.Contains(plans, plan => plan.After + plan.Duration == duration);
        }
    });

    [Fact]
    public void One_alone_is_what_it_is() => Plan.Sample(plan =>
    {
        var schedule = new LoadSchedule([plan]);
        Assert.Equal((plan.Users, plan.Ends, plan.IsOpen),
            (schedule.MostUsers, schedule.Duration, schedule.HasPools));
    });
}
