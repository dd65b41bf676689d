using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Stats;
using LeanLoad.Tests.Diagnostics;
using Xunit;
using static LeanLoad.Tests.Attribution.View;

namespace LeanLoad.Tests.Report;

public sealed class ResultOfViewTests
{
    /// <summary>Not of the end of its second, by when they may all have started, or stopped.</summary>
    [Fact]
    public void A_peak_has_the_users_of_its_moment()
    {
        Assert.Equal(14, UsersAtPeak(new(10, 9, 30), new(18, 14, 44), new(18, 18, 41)));
        Assert.Equal(40, UsersAtPeak(new(40, 40, 30), new(0, 40, 31)));
        Assert.Equal(0, UsersAtPeak(new(0, 0, 30), new(0, 0, 12), new(8, 8, 20)));
    }

    [Fact]
    public void A_plateau_above_every_tick_is_the_peak()
    {
        var view = Watched(new Second(4, 4, 20));
        Tell(view,
            new PlateauReached(new Plateau(8, TimeSpan.FromSeconds(2), new() { Unreclaimable = Bytes.FromMiB(21) })));
        var memory = Of(view).Memory;
        Assert.Equal((8, Bytes.FromMiB(21)), (memory.UsersAtPeak, memory.PeakUnreclaimable));
    }

    [Fact]
    public void An_agent_that_told_no_end_died_and_its_verdict_says_how()
    {
        var run = ResultOfView.Build(Watched(new Second(4, 4, 20)), Unknown, 137);
        Assert.Equal("the agent died", run.Headline);
        Assert.Contains("without a last record", run.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_was_left_to_itself_did_not_die()
    {
        var run = ResultOfView.Build(Watched(new Second(4, 4, 20)), Unknown, 105, isDetached: true);
        Assert.Equal("detached", run.Headline);
        Assert.Contains("the agent goes on", run.Verdict, StringComparison.Ordinal);
    }

    /// <summary>The profiler's projection may say that the users fit: a leak or a burst is in no plateau.</summary>
    [Fact]
    public void A_run_over_its_memory_ended_for_the_reason_that_its_agent_gives()
    {
        var view = Watched(new Second(4, 4, 20));
        const string why = "Stopped with 4 users: memory grows by 1.0 MiB/s while the users stay the same.";
        Tell(view, new RunEnded(TimeSpan.FromSeconds(5), 86, why, true, "would exceed memory"));
        var run = ResultOfView.Build(view, Unknown with { Types = "Most of it is byte[]." }, 86);
        Assert.Equal(("would exceed memory", $"{why} Most of it is byte[]."), (run.Headline, run.Verdict));
        Assert.Equal(why, ResultOfView.Build(view, Unknown, 86).Verdict);
    }

    [Fact]
    public void A_budget_that_changed_is_the_one_that_is_reported()
    {
        var view = Watched(new Second(4, 4, 20));
        Tell(view, new BudgetChanged(TimeSpan.FromSeconds(2), Bytes.FromMiB(40), "memory cgroup /x, 48.0 MiB",
            Bytes.FromMiB(48)));
        var memory = Of(view).Memory;
        Assert.Equal((Bytes.FromMiB(40), "memory cgroup /x, 48.0 MiB", Bytes.FromMiB(48)),
            (memory.Budget, memory.BudgetSource, memory.Limit));
        Tell(view, new BudgetChanged(TimeSpan.FromSeconds(3), null, "no budget known", null));
        Assert.Null(Of(view).Memory.Budget);
    }

    [Fact]
    public void Scenarios_side_by_side_have_a_row_each_with_the_books_and_times_of_their_own_tasks()
    {
        var view = Watched(new Second(4, 4, 20));
        var time = new LatencyHistogram();
        for (var count = 0; count < 10; count++) time.Record(2_000);
        Tell(view, new ScenarioDefined(0, "browse", false, 30, TimeSpan.Zero, null, [5]));
        Tell(view, new ScenarioDefined(
            1, "buy", true, 10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), [6, 7]));
        Tell(view, new WindowOpened(TimeSpan.FromSeconds(1), 0, 0, WindowKind.Steady));
        foreach (var scope in new[] { 5, 6, 7 })
        {
            Tell(view, new IterationDelta(TimeSpan.FromSeconds(2), scope, 10, 1, time));
        }

        Tell(view, new ScenarioKept(1, 3, new(TimeSpan.FromSeconds(5), new(21, 18, 2, 1, 0, 0, 0)), null));
        Tell(view, new RunEnded(TimeSpan.FromSeconds(5), 0, "fits", true, "passed"));
        var (rows, users) = (Of(view).Scenarios, Of(view).Users);
        // Who is to come in all, though not all at once.
        Assert.Equal(40, users.Planned);
        Assert.Equal(["browse", "buy"], rows.Select(static row => row.Defined.Name));
        Assert.Equal((0, 10, 2.5), (rows[0].Books.Planned, rows[0].Time!.Value.Count, rows[0].PerSecond));
        Assert.Equal((21, 20, 10.0), (rows[1].Books.Planned, rows[1].Time!.Value.Count, rows[1].PerSecond));

        // One that was stopped after half of its time did twice as many a second.
        Tell(view, new ScenarioKept(1, 0, new(TimeSpan.FromSeconds(5), default), TimeSpan.FromSeconds(2)));
        Tell(view, new ScenarioPeak(1, 17));
        Assert.Equal(20, Of(view).Scenarios[1].PerSecond);
        // What ran, after a live change; an older agent does not say.
        Assert.Equal((17, "17 (10 planned)"), (Of(view).Scenarios[1].MostUsers, Of(view).Scenarios[1].UsersText));
        Assert.Equal((null, "30"), (Of(view).Scenarios[0].MostUsers, Of(view).Scenarios[0].UsersText));
    }

    static Judgement Unknown => new(Verdict.NotKnown("not enough data"), null, "");

    static int UsersAtPeak(params Second[] seconds) => Of(Watched(seconds)).Memory.UsersAtPeak;

    static LeanLoad.Report.RunResult Of(RunView view) => ResultOfView.Build(view, Unknown, 0);

    static RunView Watched(params Second[] seconds)
    {
        var view = new RunView();
        Tell(view, SampleRun.Started with { Budget = null, BudgetSource = "nothing sets one" });
        foreach (var (index, (running, then, mib)) in seconds.Index())
        {
            Tell(view, new Tick
            {
                At = TimeSpan.FromSeconds(index + 1),
                UsersPlanned = 40,
                UsersRunning = running,
                Memory = new MemoryReading { Unreclaimable = Bytes.FromMiB(mib) },
                UsersAtHighest = then,
            });
        }

        return view;
    }

    /// <summary>What a tick tells: users at its end, and those of its highest reading.</summary>
    readonly record struct Second(int Running, int Then, double MiB);
}
