using System.Text;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>Which of the kernel's mappings may be let go of.</summary>
public sealed class ProgramPagesTests
{
    static readonly string Path = new('p', 4000);

    // As man 5 proc shows it; of the fields those that decide, and their neighbours.
    static readonly string Text = Mapping("00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon")
        + Mapping("00651000-00652000 r--p 00051000 08:02 173521      /usr/bin/changed", dirty: 4)
        + Mapping("00652000-00655000 r--p 00052000 08:02 173521      /usr/bin/own", anonymous: 12)
        + Mapping("00655000-00656000 rw-p 00055000 08:02 173521      /usr/bin/data")
        + Mapping("00656000-00657000 r--s 00056000 08:02 173521      /usr/bin/shared")
        + Mapping("00e03000-00e24000 r--p 00000000 00:00 0           [heap]")
        + Mapping("00e24000-00f24000 r--p 00000000 00:00 0 ")
        + Mapping($"7fffffff0000-7fffffffe000 r--p 00000000 08:02 17 /with spaces/and {Path}")
        + Mapping("00e34000-00e35000 rw-p 00000000 00:00 0           [stack]");

    static List<(nint Start, nint Length)> Expected =>
        [(0x400000, 0x52000), (unchecked((nint)0x7fffffff0000), 0xe000)];

    /// <summary>However the kernel hands it out: in the middle of a line too.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void What_is_read_only_and_the_files_own_may_go(int most)
    {
        var found = new List<(nint, nint)>();

        ProgramPages.EachUntouched(new Trickle(Text, most), (start, length) => found.Add((start, length)));

        Assert.Equal(Expected, found);
    }

    [Fact]
    public void A_line_that_no_path_makes_so_long_ends_it()
    {
        var found = new List<(nint, nint)>();
        var text = Mapping("00400000-00452000 r--p 0 08:02 1 /first")
            + Mapping($"1-2 r--p 0 08:02 1 /{Path}{Path}{Path}")
            + Mapping("00400000-00452000 r--p 0 08:02 1 /last");

        ProgramPages.EachUntouched(new Trickle(text, 4096), (start, length) => found.Add((start, length)));

        Assert.Equal([(0x400000, 0x52000)], found);
    }

    [Fact]
    public void Letting_go_takes_what_it_reads_with_however_many_mappings_there_are()
    {
        ProgramPages.LetGo();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ProgramPages.LetGo();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 8 << 10, 10 << 10);
    }

    static string Mapping(string header, int dirty = 0, int anonymous = 0) => $"""
        {header}
        Size:                328 kB
        Shared_Dirty:          0 kB
        Private_Clean:        24 kB
        Private_Dirty:         {dirty} kB
        Referenced:           84 kB
        Anonymous:            {anonymous} kB
        AnonHugePages:         0 kB
        VmFlags: rd ex mr mw me dw

        """;

    sealed class Trickle(string text, int most) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, most));
    }
}
