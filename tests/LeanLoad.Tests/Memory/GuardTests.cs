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
            var told = guard.TakeLimitChange()?.Text;
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
    [InlineData(null)]
    [InlineData(40)]
    public void A_limit_that_is_taken_away_or_set_is_told_and_heap_and_pages_follow(int? asked)
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            var all = Directory.GetFiles(tree.FullName, "memory.max", SearchOption.AllDirectories);
            var limit = all.Single(file => File.ReadAllText(file).Trim() == "67108864");
            foreach (var enclosing in all.Where(file => file != limit)) File.WriteAllText(enclosing, "max\n");
            using var reader = MemoryReader.Open(tree.FullName);
            var pages = new PageRoom();
            var heap = new HeapLimit(GcSettings.For(Bytes.FromMiB(64)), static _ => true);
            var wish = asked is { } mebibytes ? Bytes.FromMiB(mebibytes) : (Bytes?)null;
            var guard = new Guard(reader, GcSettings.For(null), Budget.Resolve(wish, reader.Read(0)), OverMemory.Stop,
                planned: 40, pages, heap);
            guard.Look(default);

            File.WriteAllText(limit, "max\n");
            guard.Look(default);
            Assert.Equal(wish, guard.Budget);
            Assert.Contains("of 64.0 MiB was taken away", guard.TakeLimitChange()?.Text, StringComparison.Ordinal);
            Assert.Equal(wish is null, heap.Limit is null);
            Assert.Equal(wish is null, pages.TryTake(1L << 40));

            File.WriteAllText(limit, "33554432\n");
            guard.Look(default);
            Assert.Equal(32, guard.Budget!.Value.MiB);
            Assert.Contains("was set to 32.0 MiB; there was none before: the run goes on with a budget of 32.0 MiB",
                guard.TakeLimitChange()?.Text, StringComparison.Ordinal);
            // Below what this process's heap has committed, which other tests fill, it may at least not grow.
            Assert.InRange(heap.Limit!.Value.MiB, 0, HeapLimit.Unbounded.MiB / 2);
            Assert.False(pages.TryTake(32 << 20));
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    [Fact]
    public void While_the_heap_may_grow_beyond_the_budget_no_collection_is_asked_for_and_the_report_says_so()
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            // More than what lies on the heap of these tests, which is the one that is read.
            var limits = Directory.EnumerateFiles(tree.FullName, "memory.max", SearchOption.AllDirectories)
                .ToDictionary(static one => File.ReadAllText(one).Trim());
            File.WriteAllText(limits["268435456"], "max\n");
            var file = limits["67108864"];
            File.WriteAllText(file, "4294967296\n");
            using var reader = MemoryReader.Open(tree.FullName);
            var (has, collector) = (Bytes.Zero, GcSettings.For(Bytes.FromMiB(4096)));
            var guard = new Guard(reader, collector, Budget.Resolve(null, reader.Read(0)), OverMemory.Stop,
                planned: 40, new PageRoom(), new HeapLimit(collector, limit => limit >= has));
            guard.AddPlateau(default, TimeSpan.Zero);
            Assert.True(guard.MayCollect);

            // It has all of its former share, so that no less is taken.
            has = collector.HardLimit!.Value;
            File.WriteAllText(file, "2147483648\n");
            guard.Look(default);
            Assert.False(guard.MayCollect);
            guard.PassOver(new Crowd(Admitted: 3, Started: 3, Running: 3, Connections: 0));
            Assert.Equal("The managed heap has more than a budget of 2.0 GiB leaves to it: memory could not be read "
                + "at rest with 3 users, so how many fit is known less well.", guard.Unrested);

            File.WriteAllText(file, "4294967296\n");
            guard.Look(default);
            Assert.True(guard.MayCollect);
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

    // Of those let in one is in no plateau, for good: to read memory again would tell nothing new.
    [Fact]
    public void Who_failed_to_start_asks_for_no_further_rest()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("v2-limited"));
        var asked = reader.Read(0).Unreclaimable + Bytes.FromMiB(0.7);
        var guard = new Guard(reader, GcSettings.For(null), Budget.Resolve(asked, reader.Read(0)), OverMemory.Hold,
            planned: 100, new PageRoom(), new HeapLimit(GcSettings.For(null), static _ => true));
        foreach (var started in new[] { 0, 1, 2, 4, 8 })
        {
            guard.AddPlateau(new Crowd(started + 1, started, started, Connections: 0), TimeSpan.Zero);
        }

        guard.Look(new Crowd(Admitted: 9, Started: 8, Running: 8, Connections: 0));
        Assert.Equal(Admission.Hold, guard.Decision.Admission);
        guard.Look(new Crowd(Admitted: 10, Started: 9, Running: 9, Connections: 0));
        Assert.Equal(Admission.Measure, guard.Decision.Admission);
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

    [Theory]
    // Without a limit; within one; where no further user fits, so that those who are there are held.
    [InlineData("", 0, "Admit")]
    [InlineData("v2-limited", 20, "Admit")]
    [InlineData("v2-limited", 0.7, "Hold")]
    public void A_look_allocates_nothing(string tree, double left, string admission)
    {
        using var reader = MemoryReader.Open(tree.Length == 0 ? "/" : FixtureTree.Named(tree));
        var budget = tree.Length == 0 ? (Bytes?)null : reader.Read(0).Unreclaimable + Bytes.FromMiB(left);
        var guard = new Guard(reader, GcSettings.For(null), Budget.Resolve(budget, reader.Read(0)), OverMemory.Hold,
            planned: 40, new PageRoom(), new HeapLimit(GcSettings.For(null), static _ => true));
        for (var warm = 0; warm < 100; warm++) guard.Look(default);
        // A collection, which another test may bring about, has its figures read once, and that makes an object.
        var least = long.MaxValue;
        for (int counted = 0, attempt = 0; counted < 5 && attempt < 500; attempt++)
        {
            guard.Look(default);
            var (before, collections) = (GC.GetAllocatedBytesForCurrentThread(), GC.CollectionCount(0));
            for (var look = 0; look < 200; look++) guard.Look(default);
            if (GC.CollectionCount(0) != collections) continue;
            counted++;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(admission, guard.Decision.Admission.ToString());
    }

    [Fact]
    public void Where_a_neighbour_leaves_less_of_a_shared_limit_the_verdict_goes_by_the_same_as_the_decision()
    {
        using var shared = new SharedLimit(ownMiB: null, enclosingMiB: 180);
        using var reader = MemoryReader.Open(shared.Root);
        var guard = Guarding(reader);
        foreach (var users in (int[])[0, 1, 2, 4, 8, 16])
        {
            shared.Use(ownMiB: 10 + users * 2, othersMiB: 10);
            guard.AddPlateau(Present(users), TimeSpan.Zero);
        }

        Assert.Equal(170, guard.Budget!.Value.MiB);
        Assert.Equal(Fit.Fits, guard.Verdict([]).Fit);
        Assert.Equal(Admission.Admit, guard.Decision.Admission);

        shared.Use(ownMiB: 42, othersMiB: 120);
        guard.Look(Present(16));
        Assert.Equal((Admission.Stop, Tier.Projection), (guard.Decision.Admission, guard.Decision.Tier));
        Assert.EndsWith("the limit is 60.0 MiB", guard.Decision.Reason, StringComparison.Ordinal);
        Assert.Equal(Fit.Over, guard.Verdict([]).Fit);
        Assert.EndsWith("; the limit is 60 MiB.", guard.Verdict([]).What, StringComparison.Ordinal);
        Assert.Equal("Others use more of the limit of memory cgroup /1 (v2), 180 MiB: the run goes on with a budget of "
            + "60.0 MiB, of which the managed heap may take", Beginning(guard.TakeLimitChange()));

        // What stopped the run is gone again, and stays what stopped it.
        shared.Use(ownMiB: 42, othersMiB: 10);
        guard.Look(Present(16));
        Assert.Equal(Fit.Over, guard.Verdict([]).Fit);
        Assert.Contains("of which others use 120 MiB", guard.Resolve().Source, StringComparison.Ordinal);

        static string? Beginning((string Code, string Text)? told) => told?.Text.Split(" take ")[0] + " take";
    }

    [Fact]
    public void What_was_different_before_the_first_look_is_told_at_it()
    {
        using var shared = new SharedLimit(ownMiB: 64, enclosingMiB: null);
        using var reader = MemoryReader.Open(shared.Root);
        var guard = Guarding(reader);
        shared.Limit(ownMiB: 48, enclosingMiB: null);
        guard.Look(default);
        Assert.Contains("changed from 64.0 MiB to 48.0 MiB", guard.TakeLimitChange()?.Text, StringComparison.Ordinal);
        Assert.Equal(48, guard.Budget!.Value.MiB);
    }

    static Crowd Present(int users) => new(Admitted: users, Started: users, Running: users, Connections: 0);

    // Without a hard limit that is this process's own.
    static Guard Guarding(MemoryReader reader) =>
        new(reader, GcSettings.For(null), Budget.Resolve(null, reader.Read(0)), OverMemory.Stop, planned: 40,
            new PageRoom(), new HeapLimit(GcSettings.For(null), static _ => true));
}
