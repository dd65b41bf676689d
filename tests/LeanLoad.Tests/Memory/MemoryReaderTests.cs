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
    [InlineData("half-mounted")]
    [InlineData("garbage")]
    public void What_cannot_be_read_leaves_the_next_best_source(string fixture)
    {
        using var reader = MemoryReader.Open(FixtureTree.Named(fixture));
        var reading = reader.Read(connections: 0);
        Assert.True(reading.IsEstimate);
        Assert.Null(reading.Limit);
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
