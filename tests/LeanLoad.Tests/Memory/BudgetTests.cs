using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class BudgetTests
{
    [Theory]
    // --memory, cgroup limit, room, in use: budget, and who says so.
    [InlineData(64, null, null, 64, "--memory 64.0 MiB")]
    [InlineData(null, 64, 60, 64, "memory cgroup /x (v1), 64.0 MiB")]
    [InlineData(48, 64, 60, 48, "--memory 48.0 MiB")]
    [InlineData(128, 64, 60, 64, "memory cgroup /x (v1), 64.0 MiB")]
    [InlineData(null, 200, 36, 40, "memory cgroup /x (v1), 200 MiB, of which others use 160 MiB")]
    [InlineData(null, null, null, null, "no budget known")]
    public void The_smaller_of_wish_and_limit_decides(int? wish, int? limit, int? room, int? amount, string source)
    {
        var budget = Budget.Resolve(MiB(wish), Reading(limit, room));
        Assert.Equal(MiB(amount), budget.Amount);
        Assert.Equal(source, budget.Source);
        Assert.Null(budget.Problem);
        Assert.Equal(wish > limit, budget.Remark is not null);
    }

    [Theory]
    [InlineData(8, null, "--memory is 8.0 MiB; the agent alone needs 24.0 MiB. Raise it to 24MiB or more.")]
    [InlineData(0, 64, "--memory is 0 B; the agent alone needs 24.0 MiB. Raise it to 24MiB or more.")]
    [InlineData(64, 16, "The memory cgroup /x (v1), 16.0 MiB, leaves 16.0 MiB to this agent, which alone needs 24.0 "
        + "MiB. Raise the limit to 24MiB or more.")]
    public void A_budget_below_the_agents_own_need_is_a_problem_that_says_the_need(
        int? wish, int? limit, string problem) =>
        Assert.Equal(problem, Budget.Resolve(MiB(wish), Reading(limit, limit - 4)).Problem);

    [Fact]
    public void A_wish_above_the_limit_is_remarked_upon() => Assert.Equal(
        "--memory 128 MiB is more than there is (memory cgroup /x (v1), 64.0 MiB): the smaller decides.",
        Budget.Resolve(Bytes.FromMiB(128), Reading(64, 60)).Remark);

    [Theory]
    // Less 6 MiB for what is not the heap's, and what it takes to end.
    [InlineData(24, 18 - 0.5, 1)]
    [InlineData(64, 58 - 0.96, 1)]
    [InlineData(128, 122 - 1.92, 2)]
    [InlineData(256, 250 - 3.84, 4)]
    [InlineData(8, 4, 1)]
    public void The_collector_is_set_from_the_budget(int budget, double heap, double young)
    {
        var settings = GcSettings.For(Bytes.FromMiB(budget));
        Assert.Equal(heap, settings.HardLimit!.Value.MiB, 0.0001);
        Assert.Equal((young, young), (settings.Gen0.MiB, settings.Gen1.MiB));
    }

    [Fact]
    public void Connections_take_their_kernel_memory_from_the_heaps_share() => Assert.Equal(
        128 - 6 - 1.92 - 10_000 * 4.15 / 1024,
        GcSettings.For(Bytes.FromMiB(128), connections: 10_000).HardLimit!.Value.MiB,
        0.01);

    [Fact]
    public void Without_a_budget_the_heap_has_no_hard_limit_but_stays_lean()
    {
        var settings = GcSettings.For(null);
        Assert.Null(settings.HardLimit);
        Assert.True(settings.TryApply(out _));
        Assert.Equal(
            [
                ("DOTNET_GCGen0MaxBudget", "200000"), ("DOTNET_GCGen1MaxBudget", "200000"),
                ("DOTNET_gcForceCompact", "1"),
            ],
            settings.Variables);
    }

    [Fact]
    public void Without_a_guard_the_collector_is_the_runtimes_own() => Assert.Equal(
        [("DOTNET_GCHeapHardLimit", "1C0000000"), ("DOTNET_GCConserveMemory", "0")],
        (GcSettings.For(null) with { IsUnbounded = true }).Variables.Skip(2));

    [Fact]
    public void A_process_that_lives_for_a_moment_closes_no_holes() => Assert.Equal(
        [("DOTNET_GCConserveMemory", "0"), ("DOTNET_gcForceCompact", "0")],
        (GcSettings.For(null) with { IsBrief = true }).Variables.Skip(2));

    [Fact]
    public void Garbage_grows_with_what_lives_only_where_nothing_caps_it()
    {
        var (small, large) = (Bytes.FromMiB(20), Bytes.FromMiB(200));
        var capped = GcSettings.For(Bytes.FromMiB(128));
        Assert.Equal(capped.StandingGarbage(small).Typical, capped.StandingGarbage(large).Typical);
        var free = capped with { Gen0 = Bytes.FromMiB(1024) };
        Assert.Equal(180, (free.StandingGarbage(large).Typical - free.StandingGarbage(small).Typical).MiB, 0.01);
    }

    [Fact]
    public void A_process_without_caps_is_known_to_have_none() =>
        Assert.True(GcSettings.For(null).InEffect().Gen0 > Bytes.FromMiB(100));

    [Fact]
    public void A_program_on_the_ordinary_runtime_is_not_started_anew() => Assert.False(SelfExec.IsNeeded());

    static MemoryReading Reading(int? limit, int? room) => new()
    {
        Unreclaimable = Bytes.FromMiB(4),
        Limit = MiB(limit),
        LimitName = limit is null ? null : "/x (v1)",
        Room = MiB(room),
    };

    static Bytes? MiB(int? amount) => amount is { } count ? Bytes.FromMiB(count) : null;
}
