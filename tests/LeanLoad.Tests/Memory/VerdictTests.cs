using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class VerdictTests
{
    static readonly Scope Start = new(4, ScopeKind.UserStart, "RegistryPerUser.Start");
    static readonly Scope Pull = new(5, ScopeKind.Task, "RegistryPerUser.Pull");
    static readonly ScopeCost[] Ledger =
    [
        new(new Scope(0, ScopeKind.Runtime, "runtime"), Bytes.FromMiB(900), 8),
        new(Start, Bytes.FromMiB(24), 8),
        new(Pull, Bytes.FromMiB(80), 8),
    ];

    [Fact]
    public void A_run_that_does_not_fit_reads_as_what_why_and_what_to_do() => Assert.Equal(
        "40 users need 104 MiB ± 3; the limit is 64 MiB. RegistryPerUser.Start keeps 2.0 MiB per user (80 MiB, 77 %). "
        + "Make it a [Bootstrap] and 40 users need 26 MiB. As it is, 18 users fit.",
        Judge(start: 20, managed: 2, limit: 64).ToString());

    [Fact]
    public void A_run_that_fits_says_how_many_would() => Assert.Equal(
        "40 users need 22 MiB ± 3; the limit is 64 MiB. 428 users would fit.",
        Judge(start: 16, managed: 0.05, limit: 64).ToString());

    [Fact]
    public void A_run_that_may_or_may_not_fit_is_called_close()
    {
        var verdict = Judge(start: 20, managed: 2, limit: 105);
        Assert.Equal(Fit.Close, verdict.Fit);
        Assert.EndsWith("It is close: 38 users fit for certain. Raise the limit to 109MiB for all 40.",
            verdict.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_no_managed_code_keeps_has_no_culprit() => Assert.Equal(
        "40 users need 108 MiB ± 3; the limit is 64 MiB. Each user keeps 2.1 MiB: 102 KiB managed, 2.0 MiB native, 0 "
        + "B kernel. As it is, 17 users fit.",
        Judge(start: 20, managed: 0.1, native: 2, limit: 64).ToString());

    [Fact]
    public void Where_not_one_user_fits_the_limit_to_ask_for_is_said() => Assert.EndsWith(
        "As it is, not one user fits. Raise the limit to 109MiB for all 40.",
        Judge(start: 20, managed: 2, limit: 24).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Without_a_budget_the_figures_are_given_and_nothing_is_judged()
    {
        var verdict = Judge(start: 20, managed: 2, limit: null);
        Assert.Equal(Fit.Unknown, verdict.Fit);
        Assert.Equal(
            "40 users need 104 MiB ± 3; no budget is known. Each user keeps 2.0 MiB: 2.0 MiB managed, 0 B native, 0 "
            + "B kernel. Give --memory to be warned.",
            verdict.ToString());
    }

    [Fact]
    public void Without_a_projection_it_says_what_is_missing() => Assert.Equal(
        "Whether the run fits is not known: not enough data: 1 plateau with users, 2 are needed.",
        Verdict.NotKnown("not enough data: 1 plateau with users, 2 are needed").ToString());

    [Fact]
    public void Only_a_scope_that_allocated_what_is_kept_can_be_the_culprit()
    {
        var user = new PerUser(Bytes.FromMiB(5), default, default);
        Assert.Equal(Pull, Culprit.Find(Ledger, user)?.Scope);
        Assert.Null(Culprit.Find(Ledger, user with { Managed = Bytes.FromMiB(50) }));
        Assert.Null(Culprit.Find(Ledger, user with { Managed = Bytes.FromKiB(2) }));
        Assert.Null(Culprit.Find([], user));
    }

    [Fact]
    public void Nobody_keeps_more_than_he_allocated()
    {
        var culprit =
            Culprit.Find([new(Start, Bytes.FromMiB(18), 10)], new PerUser(Bytes.FromMiB(2), default, default));
        Assert.Equal(1.8, culprit!.Value.KeptPerUser.MiB, 0.01);
    }

    static Verdict Judge(double start, double managed, double? limit, double native = 0) => Verdict.Of(
        Plateaus.Project(Plateaus.Linear(8, start, managed, native), planned: 40),
        limit is { } amount ? Bytes.FromMiB(amount) : null, Ledger);
}
