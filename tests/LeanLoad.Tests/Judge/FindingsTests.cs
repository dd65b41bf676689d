using LeanLoad.Judge;
using Xunit;
using static LeanLoad.Tests.Judge.JudgedCases;

namespace LeanLoad.Tests.Judge;

public sealed class FindingsTests
{
    /// <summary>How the guarded run ended, and what it is called.</summary>
    public static TheoryData<int, bool, bool, string, string> Endings => new()
    {
        { 0, true, false, "The peak was 20 MiB of 64 MiB.", "Passed" },
        { 0, true, false, "The peak was 60 MiB of 64 MiB. Held at 7 users: no more fit.", "Held" },
        { 86, true, false, "", "Stopped" },
        { 137, false, true, "", "Killed" },
        // The agent outlives its bootstrap's child.
        { 86, true, true, "", "Killed" },
        // Killed, but not for want of memory.
        { 137, false, false, "", "Broken" },
        { 139, false, false, "", "Broken" },
        { 1, true, false, "", "Broken" },
        { 3, true, false, "", "Broken" },
        { 86, false, false, "", "Broken" },
        { 0, false, false, "", "Broken" },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void A_guarded_run_is_called_what_it_came_to(
        int exitCode, bool isComplete, bool isKilled, string verdict, string ending)
    {
        var run = Run(exitCode, verdict) with { IsComplete = isComplete, IsKilled = isKilled };
        Assert.Equal(ending, run.Ending.ToString());
    }

    /// <summary>Whether a case counts whose twin, the guard off, ended before its users were in.</summary>
    [Theory]
    [MemberData(nameof(Endings))]
    public void A_void_case_is_dropped_but_never_one_whose_guarded_run_broke_or_was_killed(
        int exitCode, bool isComplete, bool isKilled, string verdict, string ending)
    {
        var run = Run(exitCode, verdict) with { IsComplete = isComplete, IsKilled = isKilled };
        var counts = ending is "Broken" or "Killed";

        var found = new Findings([Of(CutShort, run), Of(Alive(), Run(0))]);
        Assert.Equal(counts ? 0 : 1, found.Void);
        Assert.Equal(ending == "Broken" ? 1 : 0, found.Broken.Count());
        Assert.Equal(ending == "Killed" ? 1 : 0, found.Killed.Count());

        var held = new HoldFindings([Of(CutShort, Run(0), run), Of(Alive(), Run(0), Run(0))]);
        Assert.Equal(counts ? 2 : 1, HoldFindings.Rows.Sum(held.Of));
        Assert.Equal(ending == "Broken" ? 1 : 0, held.Broken.Count());
        Assert.Equal(ending == "Killed" ? 1 : 0, held.Killed.Count());
    }

    /// <summary>A case's peak of its limit, 0 where the kernel killed it; and whether to stop it was wrong.</summary>
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.9, true)]
    [InlineData(0.96, false)]
    [InlineData(0, false)]
    public void To_stop_what_would_have_lived_is_wrong_but_by_luck_no_life_is_foretold(double share, bool isWrong)
    {
        var off = share > 0 ? Alive(share) : Killed;

        Assert.Equal(isWrong ? 1 : 0, new Findings([Of(off, Run(86)), Of(off, Run(0))]).StoppedFalsely.Count());
    }

    [Fact]
    public void A_burst_counts_where_the_kernel_kills_it_and_as_stopped_only_with_complete_results() =>
        Assert.Equal((2, 4), new Findings([
            Of(Killed, Run(86), workload: "burst"), Of(Killed, Run(86), workload: "rush"),
            Of(Killed, Run(86) with { IsComplete = false }, workload: "burst"),
            Of(Killed, Killed, workload: "rush"), Of(Alive(), Run(86), workload: "burst"),
            Of(Killed, Run(86), workload: "leak"),
        ]).Bursts);

    [Fact]
    public void A_run_that_stood_still_is_named_under_either_policy_and_however_it_ended()
    {
        var still = Run(86) with { Stood = new Standstill(5.1, 0.2, 0.3) };
        var silent = Run(0) with { Stood = new Standstill(0, 0, 5.1) };
        var lively = Run(86) with { Stood = new Standstill(4.9, 4.9, 4.9) };

        Assert.Equal(3, new Findings([
            Of(Killed, still), Of(Killed, lively, held: still), Of(Alive(), silent), Of(Killed, lively, lively),
        ]).StoodStill.Count());
    }
}
