using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class PageThrashTests
{
    long? faults = 500;

    [Theory]
    // Faults in each second, MiB left of 24, after how many seconds it is told; 0: never.
    [InlineData(3200, 1.0, 3)]
    [InlineData(120, 2.0, 3)]
    [InlineData(60, 1.0, 0)]
    // A file that is read for the first time.
    [InlineData(3200, 12.0, 0)]
    [InlineData(3200, null, 0)]
    [InlineData(null, 1.0, 0)]
    public void It_is_told_once_when_pages_are_read_again_second_after_second_for_want_of_room(
        int? each, double? room, int told)
    {
        if (each is null) faults = null;
        var thrash = new PageThrash(() => faults);
        for (var second = 1; second <= 5; second++)
        {
            faults += each;
            Assert.Equal(second == told, thrash.Look(Left(room)) is not null);
        }
    }

    [Fact]
    public void A_start_of_two_seconds_is_none()
    {
        var thrash = new PageThrash(() => faults);
        for (var second = 1; second <= 8; second++)
        {
            faults += second % 3 == 0 ? 0 : 400;
            Assert.Null(thrash.Look(Left(1)));
        }
    }

    [Fact]
    public void What_is_told_has_the_figures_and_what_to_do()
    {
        var thrash = new PageThrash(() => faults);
        string? told = null;
        for (var second = 1; second <= 3; second++)
        {
            faults += 3200;
            told = thrash.Look(Left(1.25));
        }

        Assert.Equal("The limit of 24.0 MiB leaves 1.3 MiB to pages of files, the program's own among them: they are "
            + "dropped, and read from disk again, 3,200 in the last second, which every time below contains. A limit "
            + "of 27 MiB would spare it that.", told);
    }

    [Fact]
    public void A_look_that_finds_nothing_allocates_nothing()
    {
        var thrash = new PageThrash();
        thrash.Look(Left(1));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var look = 0; look < 100; look++) thrash.Look(Left(12));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    static MemoryReading Left(double? mebibytes) => mebibytes is { } left
        ? new MemoryReading { Limit = Bytes.FromMiB(24), Room = Bytes.FromMiB(left) }
        : default;
}
