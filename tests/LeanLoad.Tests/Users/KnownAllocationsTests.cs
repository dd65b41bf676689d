using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>The ledger against a program whose allocations are known: each scope within 0.1 %.</summary>
public sealed class KnownAllocationsTests
{
    [Fact]
    public async Task Eight_MiB_once_two_for_each_user_and_512_bytes_for_each_iteration()
    {
        var summary = await TestLoad.SummaryOf("known", "--users", "40", "--iterations", "20000", "--duration", "30s");

        var rows = summary.GetProperty("ledger").EnumerateArray().ToDictionary(
            static row => row.GetProperty("scope").GetString()!,
            static row => (Bytes: row.GetProperty("allocatedBytes").GetInt64(), Entries: row.GetProperty("entries").GetInt64()));
        Within(0.001, 8 << 20, rows["Ballast.Load"].Bytes);
        Within(0.001, 40 * (2 << 20), rows["KnownUser.Start"].Bytes);
        Assert.Equal(20_000, rows["KnownUser.Allocate"].Entries);
        Within(0.001, 512 * 20_000, rows["KnownUser.Allocate"].Bytes);
        // What iterations cost the engine itself: nothing that grows with them.
        Assert.InRange(rows["engine"].Bytes, 0, 64 << 10);
    }

    [Fact]
    public async Task A_run_of_users_of_whom_half_fail_to_start_goes_on_with_the_others_and_says_so()
    {
        var summary = await TestLoad.SummaryOf("failing-start", "--users", "10", "--duration", "300ms");

        Assert.Equal(5, summary.GetProperty("users").GetProperty("failed").GetInt32());
        Assert.Contains("FailingStartUser.Start threw InvalidOperationException 5 times: even users fail", summary.GetProperty("warnings").ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_in_which_nobody_starts_ends_with_3()
    {
        var result = await TestLoad.RunAsync("--scenario", "none-starts", "--users", "3", "--duration", "5s");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("NoneStartsUser.Start threw InvalidOperationException: nobody may in", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_blocks_its_loop_is_named_with_how_long()
    {
        var summary = await TestLoad.SummaryOf("blocking", "--users", "1", "--duration", "3s");

        Assert.Contains("BlockingUser.Block has blocked loop 0 for", summary.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    static void Within(double share, double expected, double actual) => Assert.InRange(actual, expected * (1 - share), expected * (1 + share));
}
