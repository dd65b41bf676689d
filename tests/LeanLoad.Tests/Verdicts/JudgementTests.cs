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
