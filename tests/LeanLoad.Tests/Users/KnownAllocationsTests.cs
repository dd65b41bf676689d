using System.Text.Json;
using LeanLoad.Tests.Cli;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>The ledger against a program whose allocations are known: each scope within 0.1 %.</summary>
public sealed class KnownAllocationsTests
{
    [Fact]
    public void Eight_MiB_once_two_for_each_user_and_512_bytes_for_each_iteration()
    {
        var ended = TestLoad.Run("--scenario", "allocates", "--users", "40", "--iterations", "20000", "--duration",
            "30s", "--json", "-");

        Assert.True(ended.ExitCode == 0, ended.Error);
        using var summary = JsonDocument.Parse(ended.Output);
        var rows = summary.RootElement.GetProperty("ledger").EnumerateArray().ToDictionary(
            static row => row.GetProperty("scope").GetString()!,
            static row =>
                (Bytes: row.GetProperty("allocatedBytes").GetInt64(), Entries: row.GetProperty("entries").GetInt64()));
        Within(0.001, 8 << 20, rows["Ballast.Take"].Bytes);
        Within(0.001, 40 * (2 << 20), rows["AllocatingUser.Start"].Bytes);
        Assert.Equal(20_000, rows["AllocatingUser.Work"].Entries);
        Within(0.001, 512 * 20_000, rows["AllocatingUser.Work"].Bytes);
        // What iterations cost the engine itself: nothing that grows with them.
        Assert.InRange(rows["engine"].Bytes, 0, 64 << 10);
    }

    static void Within(double share, double expected, double actual) =>
        Assert.InRange(actual, expected * (1 - share), expected * (1 + share));
}
