using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Tests.Diagnostics;
using Xunit;
using static LeanLoad.Tests.Attribution.View;

namespace LeanLoad.Tests.Report;

public sealed class ResultOfViewTests
{
    [Fact]
    public void A_peak_in_the_ramp_has_the_users_of_its_second() =>
        Assert.Equal(18, UsersAtPeak(new(10, 0, 30), new(18, 0, 44), new(18, 0, 41)));

    [Fact]
    public void A_peak_in_the_second_in_which_all_users_stop_has_those_that_stopped() =>
        Assert.Equal(40, UsersAtPeak(new(40, 0, 30), new(0, 40, 31)));

    [Fact]
    public void Users_that_started_and_stopped_within_the_peaks_second_count() =>
        Assert.Equal(19, UsersAtPeak(new(12, 0, 30), new(0, 19, 44), new(0, 19, 20)));

    [Fact]
    public void A_peak_before_the_first_user_has_none() =>
        Assert.Equal(0, UsersAtPeak(new(0, 0, 30), new(0, 0, 12), new(8, 0, 20)));

    [Fact]
    public void A_plateau_above_every_tick_is_the_peak()
    {
        var view = Watched(new Second(4, 0, 20));
        Tell(view,
            new PlateauReached(new Plateau(8, TimeSpan.FromSeconds(2), new() { Unreclaimable = Bytes.FromMiB(21) })));
        var memory = Of(view).Memory;
        Assert.Equal((8, Bytes.FromMiB(21)), (memory.UsersAtPeak, memory.PeakUnreclaimable));
    }

    [Fact]
    public void An_agent_that_told_no_end_died_and_its_verdict_says_how()
    {
        var run = ResultOfView.Build(Watched(new Second(4, 0, 20)), Unknown, 137);
        Assert.Equal("the agent died", run.Headline);
        Assert.Contains("without a last record", run.Verdict, StringComparison.Ordinal);
    }

    static Judgement Unknown => new(Verdict.NotKnown("not enough data"), null, "");

    static int UsersAtPeak(params Second[] seconds) => Of(Watched(seconds)).Memory.UsersAtPeak;

    static LeanLoad.Report.RunResult Of(RunView view) => ResultOfView.Build(view, Unknown, 0);

    static RunView Watched(params Second[] seconds)
    {
        var view = new RunView();
        Tell(view, SampleRun.Started with { Budget = null, BudgetSource = "nothing sets one" });
        foreach (var (index, (running, stopped, mib)) in seconds.Index())
        {
            Tell(view, new Tick
            {
                At = TimeSpan.FromSeconds(index + 1),
                UsersPlanned = 40,
                UsersRunning = running,
                UsersStopped = stopped,
                Memory = new MemoryReading { Unreclaimable = Bytes.FromMiB(mib) },
            });
        }

        return view;
    }

    /// <summary>What a tick tells: users at its end, and the highest reading within.</summary>
    readonly record struct Second(int Running, int Stopped, double MiB);
}
