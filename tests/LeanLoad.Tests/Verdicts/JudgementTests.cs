using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Tests.Attribution;
using LeanLoad.Tests.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Verdicts;

public sealed class JudgementTests
{
    [Fact]
    public void Without_enough_plateaus_it_is_not_known_and_says_what_is_missing()
    {
        var judgement = Judgement.Of(Ramp(1, 2), new SampleTally(), Collector);
        Assert.Equal(Fit.Unknown, judgement.Verdict.Fit);
        Assert.Null(judgement.Projection);
        Assert.Contains("2 plateaus", judgement.Verdict.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_over_its_budget_names_the_code_and_its_types()
    {
        var samples = new SampleTally();
        for (var index = 0; index < 12; index++)
        {
            samples.Accept(new AllocationSample(TimeSpan.Zero, 1, index < 9 ? 1UL : 2,
                index < 9 ? "Hub.Device" : "System.String", new Bytes(100), 100_000, Ledger.ActivityOf(4)));
        }

        var judgement = Judgement.Of(Ramp(1, 2, 4), samples, Collector);
        Assert.Equal(Fit.Over, judgement.Verdict.Fit);
        Assert.Equal("Hub.Start", judgement.Verdict.Culprit?.Scope.Name);
        Assert.Contains("Hub.Device (75 %), string (25 %)", judgement.Types, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_samples_name_no_types()
    {
        var samples = new SampleTally();
        samples.Accept(
            new AllocationSample(TimeSpan.Zero, 1, 1, "Hub.Device", new Bytes(100), 100_000, Ledger.ActivityOf(4)));
        Assert.Equal("", Judgement.Of(Ramp(1, 2, 4), samples, Collector).Types);
    }

    [Theory]
    [InlineData(200, nameof(Fit.Fits))]
    [InlineData(48, nameof(Fit.Over))]
    public void A_limit_that_changed_is_judged_by_as_it_is_now(int limitMiB, string fit)
    {
        var view = Ramp(1, 2, 4);
        View.Tell(view, new BudgetChanged(TimeSpan.FromSeconds(5), Bytes.FromMiB(limitMiB), "memory cgroup /x",
            Bytes.FromMiB(limitMiB)));
        var verdict = Judgement.Of(view, new SampleTally(), Collector).Verdict;
        Assert.Equal(fit, verdict.Fit.ToString());
        Assert.Contains($"the limit is {limitMiB} MiB", verdict.What, StringComparison.Ordinal);
    }

    [Fact]
    public void It_speaks_of_the_users_that_are_asked_for_now()
    {
        var view = Ramp(1, 2, 4);
        View.Tell(view, new Tick { UsersPlanned = 12 });
        Assert.Contains("12 users need", Judgement.Of(view, new SampleTally(), Collector).Verdict.What,
            StringComparison.Ordinal);
    }

    /// <summary>What report.json says and what the agent went by is one projection of the same readings.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData("16", null)]
    [InlineData("16", "Ignore")]
    [InlineData(null, "hold")]
    public void It_projects_as_the_agent_does_with_the_same_gate_and_policy(string? starting, string? policy)
    {
        var plateaus = StartsHolding([0, 1, 2, 4, 8]);
        var view = new RunView();
        (string Name, string? Value)[] options = [("starting", starting), ("over-memory", policy)];
        View.Tell(view, SampleRun.Started with
        {
            Options = [.. options.Where(static option => option.Value is not null)
                .Select(static option => new EffectiveOption(option.Name, option.Value!))],
        });
        foreach (var plateau in plateaus) View.Tell(view, new PlateauReached(plateau));
        Assert.True(Projection.TryFrom(plateaus, 40, Collector, out var agents, out _,
            starting is null ? null : 16, policy == "Ignore" ? null : SampleRun.Started.Budget));
        var own = Judgement.Of(view, new SampleTally(), Collector).Projection;
        Assert.Equal((agents.Lower, agents.Expected, agents.Upper), (own!.Lower, own.Expected, own.Upper));
        Assert.Equal(agents.Lines, own.Lines);
    }

    /// <summary>Each start holds 3 MiB beside the 0.5 that its user keeps; 4 were under way at a time.</summary>
    static List<Plateau> StartsHolding(int[] users) => [.. users.Select(static count => new Plateau(
        count, TimeSpan.FromSeconds(count), new MemoryReading
        {
            Unreclaimable = Bytes.FromMiB(8) + Bytes.FromKiB(512) * count,
            Live = Bytes.FromMiB(1) + Bytes.FromKiB(256) * count,
        }) { Starts = new StartsUnderWay(4, Bytes.FromMiB(3)) })];

    static GcSettings Collector => GcSettings.For(Bytes.FromMiB(64), 40);

    /// <summary>40 planned users in 64 MiB, of which each keeps 2 MiB that its start allocates.</summary>
    static RunView Ramp(params int[] plateaus)
    {
        var view = new RunView();
        View.Tell(view, SampleRun.Started with { Scenario = "hub" });
        View.Tell(view, new ScopeDefined(new Scope(4, ScopeKind.UserStart, "Hub.Start")));
        foreach (var users in plateaus.Prepend(0))
        {
            var kept = Bytes.FromMiB(2) * users;
            View.Tell(view, new ScopeCharged(TimeSpan.FromSeconds(users), 0, 4, kept * 2, users));
            var reading = new MemoryReading
            {
                Unreclaimable = Bytes.FromMiB(5) + kept,
                Anonymous = Bytes.FromMiB(4) + kept,
                Kernel = Bytes.FromMiB(1),
                Live = Bytes.FromMiB(1) + kept,
            };
            View.Tell(view, new PlateauReached(new Plateau(users, TimeSpan.FromSeconds(users), reading)));
        }

        return view;
    }
}
