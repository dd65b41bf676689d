using LeanLoad.Judge;
using Xunit;
using static LeanLoad.Tests.Judge.JudgedCases;

namespace LeanLoad.Tests.Judge;

/// <summary>How early the guard speaks, of ramps whose figures can be computed by hand.</summary>
public sealed class LeadFindingsTests
{
    static readonly Findings Found = new([
        Ramp("linear", users: 10, seconds: 60, killedAt: 30, warnedAt: 6, stoppedAt: 12),
        Ramp("linear", users: 10, seconds: 60, killedAt: 20, warnedAt: null, stoppedAt: 15),
        // Stopped first.
        Ramp("linear", users: 10, seconds: 60, killedAt: 15, warnedAt: 9, stoppedAt: 8),
        // The thirteenth user is the first who takes all of it, and the fourteenth is due after 48.75 s.
        Ramp("step", users: 16, seconds: 60, killedAt: 60, warnedAt: 57, stoppedAt: 58),
        Ramp("step", users: 16, seconds: 60, killedAt: 58, warnedAt: null, stoppedAt: 59),
        Ramp("fragments", users: 10, seconds: 4, killedAt: 4, warnedAt: 3, stoppedAt: 3.5),
        // Grows with time: only what a stop is ahead of its kill.
        Ramp("leak", users: 4, seconds: 60, killedAt: 50, warnedAt: 20, stoppedAt: 40),
        // None of these would have been killed, or none was stopped.
        Of(Alive(), Stopped(warnedAt: 1, stoppedAt: 2)) with { RampSeconds = 60 },
        Of(Killed with { Seconds = 30 }, Run(0)) with { RampSeconds = 60 },
        Of(CutShort, Stopped(warnedAt: 1, stoppedAt: 2)) with { RampSeconds = 60 },
    ]);

    [Fact]
    public void A_lead_is_from_the_stop_to_the_death_that_it_spared() =>
        Assert.Equal([-1, 0.5, 2, 5, 7, 10, 18], Found.Leads);

    [Fact]
    public void Ramps_of_a_minute_are_those_of_users_a_step_among_them() =>
        Assert.Equal([-1, 2, 5, 7, 18], Found.MinuteLeads);

    [Fact]
    public void A_warning_is_the_first_word_and_a_stop_is_one() =>
        Assert.Equal([-1, 3, 5, 7, 24], Found.MinuteWarnings);

    [Fact]
    public void The_way_is_from_the_ramps_start_to_the_kill() =>
        Assert.Equal([0.2, 8 / 15.0, 0.75, 0.75, 0.95, 59 / 58.0], Found.WarnedAt);

    [Fact]
    public void Each_workload_tells_how_many_were_warned_of_in_time_and_how_many_could_have_been()
    {
        Assert.Equal(["linear", "step"], Found.MinuteRamps.Select(static ramps => ramps.Workload));
        var (linear, step) = (Found.MinuteRamps[0], Found.MinuteRamps[1]);
        Assert.Equal([5, 7, 24], linear.Warnings);
        Assert.Equal((1, 2), (linear.InTime, linear.Knowable));
        Assert.Equal([-1, 3], step.Warnings);
        Assert.Equal((0, 1), (step.InTime, step.Knowable));
        Assert.Equal((1, 3), Found.WarnableRamps);
    }

    static CaseResult Ramp(
        string workload, int users, double seconds, double killedAt, double? warnedAt, double stoppedAt) =>
        Of(Killed with { Seconds = killedAt }, Stopped(warnedAt, stoppedAt), workload: workload) with
        {
            Users = users,
            RampSeconds = seconds,
        };
}
