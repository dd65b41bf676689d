using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class CgroupTests
{
    const long MiB = 1 << 20;

    [Theory]
    [InlineData("v1-limited", "/leanload/x (v1)", 64 * MiB, "/leanload/x (v1)", true)]
    [InlineData("v1-huge-number", "/leanload/x (v1)", null, null, false)]
    [InlineData("v1-alone", "/leanload/x (v1)", null, null, true)]
    [InlineData("v1-container", "/docker/abc (v1)", 96 * MiB, "(enclosing, not visible from here)", true)]
    [InlineData("hybrid", "/job (v1)", 48 * MiB, "/job (v1)", true)]
    [InlineData("v2-limited", "/kubepods.slice/pod1/agent (v2)", 64 * MiB, "/kubepods.slice/pod1/agent (v2)", true)]
    [InlineData("v2-nested-max", "/a/b/c (v2)", 200 * MiB, "/a/b (v2)", true)]
    [InlineData("v2-crowded", "/user.slice (v2)", null, null, false)]
    [InlineData("v2-namespaced", "/ (v2)", 32 * MiB, "/ (v2)", true)]
    [InlineData("v2-old-kernel", "/ (v2)", 32 * MiB, "/ (v2)", true)]
    [InlineData("v2-not-delegated", "/svc (v2)", 80 * MiB, "/svc (v2)", true)]
    [InlineData("v2-odd-mount-point", "/x (v2)", 40 * MiB, "/x (v2)", true)]
    [InlineData("garbage-limit", "/leanload/x (v1)", null, null, true)]
    public void Finds_the_cgroup_its_tightest_limit_and_whether_it_speaks_of_us(
        string fixture, string name, long? limit, string? limitName, bool isOurs)
    {
        using var cgroup = Open(FixtureTree.Named(fixture));
        Assert.True(cgroup.TryRead(out var reading, out var problem), problem);
        Assert.Equal(name, cgroup.Name);
        Assert.Equal(limit, reading.Limit?.Count);
        Assert.Equal(limitName, reading.LimitName);
        Assert.Equal(isOurs, reading.IsOurs);
    }

    [Fact]
    public void Reads_every_figure_of_v1_its_children_included()
    {
        using var cgroup = Open(FixtureTree.Named("v1-limited"));
        Assert.True(cgroup.TryRead(out var reading, out _));
        Assert.Equal(20 * MiB, reading.Charged.Count);
        Assert.Equal(10 * MiB, reading.Anonymous.Count);
        Assert.Equal(716800, reading.Kernel?.Count);
        Assert.Null(reading.Sockets);
        Assert.Equal(MiB, reading.Shared.Count);
        Assert.Equal(65536, reading.Dirty.Count);
        Assert.Equal(10 * MiB + MiB + 65536 + 716800, reading.Unreclaimable.Count);
        Assert.Equal(64 * MiB - reading.Unreclaimable.Count, reading.Room?.Count);
        Assert.Equal(3, reading.LimitHits);
        Assert.Equal(1, cgroup.ReadKills());
    }

    [Fact]
    public void Reads_every_figure_of_v2_and_leaves_out_the_slab_that_can_be_dropped()
    {
        using var cgroup = Open(FixtureTree.Named("v2-limited"));
        Assert.True(cgroup.TryRead(out var reading, out _));
        Assert.Equal(24 * MiB, reading.Charged.Count);
        Assert.Equal(12 * MiB, reading.Anonymous.Count);
        Assert.Equal(1572864, reading.Kernel?.Count);
        Assert.Equal(65536, reading.Sockets?.Count);
        Assert.Equal(86016, reading.Dirty.Count);
        Assert.Equal(3 * MiB, reading.InactiveFile.Count);
        Assert.Equal(12 * MiB + MiB + 86016 + 1572864 - 262144 + 65536, reading.Unreclaimable.Count);
        Assert.Equal(2, cgroup.ReadKills());
        Assert.Equal(7, reading.LimitHits);
    }

    [Fact]
    public void What_others_use_of_an_enclosing_limit_is_not_our_room()
    {
        using var cgroup = Open(FixtureTree.Named("v2-nested-max"));
        Assert.True(cgroup.TryRead(out var reading, out _));
        Assert.Equal(200 * MiB - 150 * MiB - 4 * MiB, reading.Room?.Count);
    }

    [Fact]
    public void A_counter_that_v1_does_not_keep_is_unknown_and_not_zero()
    {
        using var alone = Open(FixtureTree.Named("v1-alone"));
        Assert.True(alone.TryRead(out var reading, out _));
        Assert.Null(reading.Kernel);
        using var counted = Open(FixtureTree.Named("v1-huge-number"));
        Assert.True(counted.TryRead(out reading, out _));
        Assert.Equal(81920, reading.Sockets?.Count);
    }

    [Fact]
    public void An_old_kernel_names_the_parts_of_its_memory_only()
    {
        using var cgroup = Open(FixtureTree.Named("v2-old-kernel"));
        Assert.True(cgroup.TryRead(out var reading, out _));
        Assert.Equal(262144 + 524288 + 163840 + 245760 + 2304, reading.Kernel?.Count);
    }

    [Theory]
    [InlineData("half-mounted", "v1 memory cgroup /leanload/x is not mounted")]
    [InlineData("none", "in no memory cgroup")]
    [InlineData("garbage-tables", "in no memory cgroup")]
    [InlineData("v2-outside-namespace", "outside this process's cgroup namespace")]
    [InlineData("does-not-exist", "does not exist")]
    public void Says_why_there_is_no_cgroup_to_read(string fixture, string expected)
    {
        Assert.False(Cgroup.TryOpen(FixtureTree.Named(fixture), new byte[8192], out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_is_a_problem_that_names_the_file()
    {
        using var cgroup = Open(FixtureTree.Named("garbage"));
        Assert.False(cgroup.TryRead(out _, out var problem));
        Assert.Contains("memory.usage_in_bytes", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_that_changes_is_seen_at_the_next_reading()
    {
        var tree = FixtureTree.Copy("v2-namespaced");
        using var cgroup = Open(tree.FullName);
        Assert.True(cgroup.TryRead(out var before, out _));
        File.WriteAllText(Path.Combine(tree.FullName, "sys/fs/cgroup/memory.max"), "12582912\n");
        Assert.True(cgroup.TryRead(out var after, out _));
        File.WriteAllText(Path.Combine(tree.FullName, "sys/fs/cgroup/memory.max"), "max\n");
        Assert.True(cgroup.TryRead(out var without, out _));
        Assert.Equal((32 * MiB, 12 * MiB, null), (before.Limit?.Count, after.Limit?.Count, without.Limit?.Count));
        Assert.True(after.Room < Bytes.Zero);
        tree.Delete(recursive: true);
    }

    [Fact]
    public void A_reading_allocates_nothing()
    {
        foreach (var fixture in new[] { "v1-limited", "v2-nested-max", "garbage-limit" })
        {
            using var cgroup = Open(FixtureTree.Named(fixture));
            cgroup.TryRead(out _, out _);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var turn = 0; turn < 100; turn++) cgroup.TryRead(out _, out _);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    static Cgroup Open(string root)
    {
        Assert.True(Cgroup.TryOpen(root, new byte[8192], out var cgroup, out var problem), problem);
        return cgroup;
    }
}
