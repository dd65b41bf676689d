using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class MemoryReaderTests
{
    const long KiB = 1024;

    [Fact]
    public void A_cgroup_of_our_own_decides()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("v2-limited"));
        var reading = reader.Read(connections: 0);
        Assert.Empty(reader.Problems);
        Assert.False(reading.IsEstimate);
        Assert.Equal(64 * KiB * KiB, reading.Limit?.Count);
        Assert.Equal(12 * KiB * KiB, reading.Anonymous.Count);
        Assert.Equal(9000 * KiB, reading.Resident.Count);
    }

    [Fact]
    public void A_cgroup_full_of_others_is_replaced_by_the_sum_of_our_own_parts()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("v2-crowded"));
        var reading = reader.Read(connections: 1000);
        Assert.True(reading.IsEstimate);
        var anonymousAndShared = (4100 + 16) * KiB;
        var kernel = 132 * KiB + 4 * 28 * KiB + (long)(4.15 * 1024) * 1000;
        Assert.Equal(kernel, reading.Kernel?.Count);
        Assert.Equal(anonymousAndShared + kernel, reading.Unreclaimable.Count);
    }

    [Theory]
    [InlineData("half-mounted", null)]
    // The limit beside the figures can be read.
    [InlineData("garbage", 64)]
    public void What_cannot_be_read_leaves_the_next_best_source(string fixture, int? limitMiB)
    {
        using var reader = MemoryReader.Open(FixtureTree.Named(fixture));
        var reading = reader.Read(connections: 0);
        Assert.True(reading.IsEstimate);
        Assert.Equal(limitMiB, reading.Limit?.MiB);
        Assert.True(reading.Unreclaimable.Count > 4100 * KiB);
    }

    [Fact]
    public void A_system_that_tells_nothing_still_gives_the_collectors_figures()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("does-not-exist"));
        var reading = reader.Read(connections: 0);
        Assert.Equal(2, reader.Problems.Count);
        Assert.True(reading.IsEstimate);
        Assert.Null(reading.Kernel);
        Assert.True(reading.Live.Count > 0 && reading.Unreclaimable.Count > 0);
    }

    [Fact]
    public void A_reading_of_this_system_allocates_nothing_between_two_collections()
    {
        using var reader = MemoryReader.Open();
        reader.Read(0);
        Assert.Equal(0, AllocatedBetweenCollections(reader));
    }

    [Fact]
    public void The_collector_tells_the_budget_of_its_youngest_generation_and_what_lies_free()
    {
        using var reader = MemoryReader.Open();
        GC.Collect();
        var detail = Detail(reader);
        // Null would mean that the runtime has another name for it now.
        Assert.InRange(detail.Gen0Budget!.Value.Count, 64 * KiB, 1 << 30);
        Assert.True(detail.Fragmented >= Bytes.Zero);
    }

    [Fact]
    public void What_is_dear_to_read_is_read_when_asked_for_and_stays_until_it_is_asked_for_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "procfs is Linux's");
        using var reader = MemoryReader.Open();
        Assert.Null(Detail(reader).Proportional);
        reader.ReadProportional();
        var first = Detail(reader).Proportional!.Value;
        Assert.InRange(first.Count, 1, reader.Read(0).Resident.Count * 2);
        // At once again would take more than a thousandth of the time.
        reader.ReadProportional();
        Assert.Equal(first, Detail(reader).Proportional);
    }

    [Fact]
    public void A_child_process_is_part_of_the_reading_as_long_as_it_is_accompanied()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "procfs is Linux's");
        using var reader = MemoryReader.Open();
        using var child = System.Diagnostics.Process.Start("sleep", "60");
        Assert.Null(Detail(reader).Child);
        reader.Accompany(child.Id);
        Assert.InRange(Detail(reader).Child!.Value.Count, 1, 64 << 20);
        child.Kill();
        child.WaitForExit();
        // It may end before anybody knows.
        Assert.Null(Detail(reader).Child);
        reader.Leave();
        Assert.Null(Detail(reader).Child);
    }

    [Theory]
    [InlineData("v2-namespaced", "sys/fs/cgroup/memory.pressure")]
    // v1 charges the memory, and the v2 tree beside it tells what v1 does not.
    [InlineData("hybrid", "sys/fs/cgroup/unified/system.slice/job/memory.pressure")]
    public void Pressure_is_told_since_the_agent_started_where_the_kernel_keeps_it(string system, string path)
    {
        var tree = FixtureTree.Copy(system);
        var file = Path.Combine(tree.FullName, path);
        File.WriteAllText(file, Pressure(1_000_000));
        using (var reader = MemoryReader.Open(tree.FullName))
        {
            File.WriteAllText(file, Pressure(3_500_000));
            Assert.Equal(TimeSpan.FromSeconds(2.5), Detail(reader).Stalled);
            File.WriteAllText(file, "garbage");
            Assert.Null(Detail(reader).Stalled);
        }

        tree.Delete(recursive: true);
        using var without = MemoryReader.Open(FixtureTree.Named("v1-limited"));
        Assert.Null(Detail(without).Stalled);

        static string Pressure(long us) => $"some avg10=0.40 avg60=0.11 avg300=0.02 total={us}\n"
            + $"full avg10=0.20 avg60=0.05 avg300=0.01 total={us / 2}\n";
    }

    [Fact]
    public void The_pressure_of_the_whole_machine_is_not_told_as_ours()
    {
        var tree = FixtureTree.Copy("hybrid");
        var membership = Path.Combine(tree.FullName, "proc/self/cgroup");
        File.WriteAllText(membership, File.ReadAllText(membership).Replace("0::/system.slice/job", "0::/",
            StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(tree.FullName, "sys/fs/cgroup/unified/memory.pressure"),
            "some avg10=0.40 avg60=0.11 avg300=0.02 total=1000000\n");
        using (var reader = MemoryReader.Open(tree.FullName)) Assert.Null(Detail(reader).Stalled);
        tree.Delete(recursive: true);
    }

    static MemoryDetail Detail(MemoryReader reader)
    {
        reader.Read(0);
        return reader.Detail;
    }

    // The collector is asked again after a collection, which other tests may cause at any time: a stretch without one
    // is looked for.
    static long AllocatedBetweenCollections(MemoryReader reader)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var collections = GC.CollectionCount(0);
            reader.Read(0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var turn = 0; turn < 10; turn++) reader.Read(0);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections) return allocated;
        }

        return -1;
    }

    [Fact]
    public void The_process_tells_its_own_parts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "procfs is Linux's");
        Assert.True(ProcessMemory.TryOpen("/", new byte[8192], out var process, out var problem), problem);
        using (process)
        {
            Assert.True(process.TryRead(out var reading));
            Assert.True(reading.Anonymous <= reading.Resident && reading.Resident <= reading.PeakResident);
            Assert.True(reading.PageTables > Bytes.Zero && reading.Threads > 0);
            Assert.InRange(process.ReadProportional()!.Value.Count, 1, reading.PeakResident!.Value.Count);
        }
    }

    [Fact]
    public void A_plateau_is_read_after_what_is_dead_is_gone()
    {
        using var reader = MemoryReader.Open();
        var before = reader.ReadAtRest(0, TimeSpan.Zero, 0);
        var kept = new byte[32 << 20];
        var with = reader.ReadAtRest(1, TimeSpan.Zero, 0);
        Assert.InRange((with.Reading.Live - before.Reading.Live).MiB, 24, 64);
        GC.KeepAlive(kept);
    }
}
