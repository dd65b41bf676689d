using System.Text;
using Xunit;

namespace LeanLoad.Tests.Scenarios;

/// <summary>
/// What a mapped file costs the heap: a figure of the whole process, so that nothing runs beside it. Beside others it
/// failed now and then by what those had made or given up meanwhile.
/// </summary>
[CollectionDefinition(nameof(FeedMemoryTests), DisableParallelization = true)]
[Collection(nameof(FeedMemoryTests))]
public sealed class FeedMemoryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("ll-feed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Any_row_of_a_large_file_is_found_and_the_file_costs_no_heap()
    {
        const int rows = 300_000;
        var path = Path.Combine(folder, "large.csv");
        using (var writer = new StreamWriter(path))
        {
            writer.WriteLine("name,age");
            for (var row = 0; row < rows; row++) writer.WriteLine($"{new string('x', row % 90)},{row}");
        }

        var before = Live();
        var file = new FeedFile(path, hasQuotes: true, hasHeader: true);
        var grown = Live() - before;
        // 16,384 offsets of 8 bytes, in a list that doubled.
        Assert.InRange(grown, 0, 160 << 10);
        Assert.Equal(rows, file.Count);
        Assert.All([0, 1, 15, 16, 17, 16_383, 16_384, 123_456, rows - 1], row =>
        {
            var text = Encoding.UTF8.GetString(file.RowAt(file.OffsetOf(row), out _));
            Assert.Equal(row.ToString(System.Globalization.CultureInfo.InvariantCulture), text.Split(',')[1]);
        });
        Assert.Equal(12_347, file.LineOf(file.OffsetOf(12_345)));
    }

    /// <summary>What is alive once those have been finalized whom earlier tests left.</summary>
    static long Live()
    {
        // Until no more dies of itself: what a finalizer lets go of may have one of its own.
        for (var (live, tries) = (long.MaxValue, 0); ; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            if (now >= live || tries == 20) return now;
            live = now;
        }
    }
}
