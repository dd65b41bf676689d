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
        var judgement = Judgement.Of(Ramp(1), new SampleTally(), Collector);
        Assert.Equal(Fit.Unknown, judgement.Verdict.Fit);
        Assert.Null(judgement.Projection);
        Assert.Contains("1 plateau", judgement.Verdict.What, StringComparison.Ordinal);
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

    /// <summary>
    /// A minute in which 40 users stay the same and keep 0.5 MiB a second more, of which the heap has a share, and
    /// tasks allocate what they do. What is said of it; nothing where the agent is of before it told what is kept.
    /// </summary>
    [Theory]
    [InlineData(0.5, 1, 64, "from 4.0 s to 1m 02s", "grew by 512 KiB/s", "29.0 MiB more", "the same 40 users",
        "the budget of 64.0 MiB is met in about 29 s", "Hub.Look allocated the most meanwhile, 58.0 MiB of 72.5 MiB")]
    [InlineData(0.5, 0, 64, "Most of it is native or kernel memory")]
    [InlineData(0.5, 1, 40, "The budget of 40.0 MiB is used up")]
    [InlineData(0.5, 1, null, "No budget is known")]
    [InlineData(0, 0, 64)]
    public void Growth_with_the_same_users_is_told_with_its_rate_and_who_allocated(
        double perSecond, double managed, int? budgetMiB, params string[] parts)
    {
        var view = new RunView();
        View.Tell(view, SampleRun.Started with { Budget = budgetMiB is int most ? Bytes.FromMiB(most) : null });
        View.Tell(view, new ScopeDefined(new Scope(5, ScopeKind.Task, "Hub.Look")));
        View.Tell(view, new ScopeDefined(new Scope(6, ScopeKind.Task, "Hub.Buy")));
        for (var second = 3; second < 63; second++)
        {
            var at = TimeSpan.FromSeconds(second);
            var grown = Bytes.FromMiB(perSecond * (second - 3));
            View.Tell(view, new ScopeCharged(at, 0, 5, Bytes.FromMiB(1 * (second - 2)), 1));
            View.Tell(view, new ScopeCharged(at, 0, 6, Bytes.FromMiB(0.25 * (second - 2)), 1));
            View.Tell(view, new MemoryKept(new(Bytes.FromMiB(20) + grown, Bytes.FromMiB(20) + grown,
                Bytes.FromMiB(10) + grown * managed)));
            View.Tell(view, new Tick { At = at, UsersPlanned = 40, UsersAdmitted = 40, UsersRunning = 40 });
        }

        var judgement = Judgement.Of(view, new SampleTally(), Collector);
        Assert.Equal(parts.Length > 0, judgement.Leak is not null);
        Assert.All(parts, part => Assert.Contains(part, judgement.Leak!.ToString(), StringComparison.Ordinal));
        Assert.Equal(59, judgement.WatchedForLeaks.TotalSeconds, 1.0);
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
