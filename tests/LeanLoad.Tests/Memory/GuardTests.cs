using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class GuardTests
{
    [Fact]
    public void A_limit_that_changes_during_the_run_is_noticed_at_the_next_look_and_told_once()
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var reader = MemoryReader.Open(tree.FullName);
            var guard = Guarding(reader);
            guard.Look(default);
            Assert.Null(guard.TakeLimitChange());
            Assert.Equal(64, guard.Budget!.Value.MiB);

            var limit = Directory.EnumerateFiles(tree.FullName, "memory.max", SearchOption.AllDirectories)
                .Single(file => File.ReadAllText(file).Trim() == "67108864");
            File.WriteAllText(limit, "50331648\n");
            guard.Look(default);
            Assert.Equal(48, guard.Budget!.Value.MiB);
            var told = guard.TakeLimitChange();
            Assert.Contains("from 64.0 MiB to 48.0 MiB", told, StringComparison.Ordinal);
            guard.Look(default);
            Assert.Null(guard.TakeLimitChange());
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(8, true)]
    public void Memory_is_short_when_an_eighth_of_what_the_limit_is_now_is_left(int mebibytes, bool isShort)
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var reader = MemoryReader.Open(tree.FullName);
            var guard = Guarding(reader);
            var limit = Directory.EnumerateFiles(tree.FullName, "memory.max", SearchOption.AllDirectories)
                .Single(file => File.ReadAllText(file).Trim() == "67108864");
            File.WriteAllText(limit, $"{mebibytes << 20}\n");
            guard.Look(default);
            Assert.Equal(isShort, guard.IsShort);
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_stopped_the_run_stays_its_reason_when_the_memory_is_free_again()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("v2-limited"));
        var guard = Guarding(reader);
        guard.Look(default, outOfMemoryAt: "HubUser");
        var decision = guard.Decision;
        Assert.Equal((Admission.Stop, Tier.Wall), (decision.Admission, decision.Tier));
        guard.Look(default);
        Assert.Equal(decision, guard.Decision);
    }

    [Fact]
    public void A_look_allocates_nothing()
    {
        using var reader = MemoryReader.Open();
        var guard = Guarding(reader);
        for (var warm = 0; warm < 100; warm++) guard.Look(default);
        // A collection, which another test may bring about, has its figures read once, and that makes an object.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var look = 0; look < 200; look++) guard.Look(default);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    // Without a hard limit: that would be this process's own.
    static Guard Guarding(MemoryReader reader) =>
        new(reader, GcSettings.For(null), Budget.Resolve(null, reader.Read(0)), OverMemory.Stop, planned: 40,
            new PageRoom());
}
