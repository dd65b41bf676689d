using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class ProgramReadaheadTests
{
    const string Maps = """
        00400000-00404000 r--p 00000000 fe:00 11665679 /app/leanload
        00404000-008c4000 r-xp 00004000 fe:00 11665679 /app/leanload
        008c4000-00b62000 r--p 004c2000 fe:00 11665679 /app/leanload
        7f0000000000-7f0008000000 rw-p 00000000 00:00 0
        7f0010000000-7f0020000000 r-xp 00000000 00:00 0
        7ffe40a70000-7ffe40a92000 rw-p 00000000 00:00 0 [stack]
        7fa449fb1000-7fa44a107000 r-xp 00026000 fe:00 332096 /usr/lib/libc.so.6
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
        """;

    [Theory]
    // Readahead and size of the devices: what is kept, MiB. 8.7 MiB of files are mapped.
    [InlineData("128 1000", 0)]
    [InlineData("128 1000, 2048 1000", 2)]
    [InlineData("8192 1000", 8)]
    [InlineData("16384 1000", 8.71875)]
    // A loop device that nobody set up; one that says nonsense.
    [InlineData("128 1000, 8192 0", 0)]
    [InlineData("much 1000", 0)]
    public void So_much_is_kept_as_one_fault_may_read_and_no_more_than_there_is_to_read(string devices, double kept)
    {
        var root = Directory.CreateTempSubdirectory("ll-readahead-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "proc/self"));
            File.WriteAllText(Path.Combine(root.FullName, "proc/self/maps"), Maps);
            foreach (var (index, device) in devices.Split(", ").Index())
            {
                var queue = Directory.CreateDirectory(Path.Combine(root.FullName, $"sys/block/vd{index}/queue"));
                File.WriteAllText(Path.Combine(queue.FullName, "read_ahead_kb"), device.Split(' ')[0] + "\n");
                File.WriteAllText(Path.Combine(queue.Parent!.FullName, "size"), device.Split(' ')[1] + "\n");
            }

            Assert.Equal(kept, ProgramReadahead.Read(root.FullName).MiB);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void Where_the_kernel_tells_nothing_nothing_is_kept() =>
        Assert.Equal(Bytes.Zero, ProgramReadahead.Read("/nowhere"));

    [Fact]
    public void Of_a_limit_it_is_taken_and_people_are_told()
    {
        var reading = new MemoryReading
        {
            Unreclaimable = Bytes.FromMiB(3),
            Limit = Bytes.FromMiB(64),
            LimitName = "/pod/agent (v2)",
            Room = Bytes.FromMiB(61 - 4.75),
        };
        var budget = Budget.Resolve(null, reading, Bytes.FromMiB(4.75));
        Assert.Equal(59.25, budget.Amount!.Value.MiB);
        Assert.Equal("memory cgroup /pod/agent (v2), 64.0 MiB, less 4.8 MiB for the program's own pages, of which the "
            + "disk reads many at a time", budget.Source);
        Assert.Equal(56.25, Budget.Room(null, reading)!.Value.MiB);
        // Its own budget is within the limit, but the limit leaves less.
        Assert.Equal(56.25, Budget.Room(Bytes.FromMiB(60), reading)!.Value.MiB);

        var small = Budget.Resolve(null, reading with
        {
            Limit = Bytes.FromMiB(24),
            Room = Bytes.FromMiB(21 - 4.75),
        }, Bytes.FromMiB(4.75));
        Assert.EndsWith("leaves 19.3 MiB to this agent, which alone needs 24.0 MiB. Raise the limit to 29MiB or more.",
            small.Problem, StringComparison.Ordinal);
    }
}
