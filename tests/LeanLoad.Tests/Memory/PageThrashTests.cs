using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class PageThrashTests
{
    long? faults = 500;
    TimeSpan now;

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
        var thrash = Made();
        for (var second = 1; second <= 5; second++)
        {
            faults += each;
            Assert.Equal(second == told, Look(thrash, 1, room) is not null);
        }
    }

    [Fact]
    public void A_start_of_two_seconds_is_none()
    {
        var thrash = Made();
        for (var second = 1; second <= 8; second++)
        {
            faults += second % 3 == 0 ? 0 : 400;
            Assert.Null(Look(thrash, 1, 1));
        }
    }

    [Fact]
    public void What_is_told_has_the_figures_and_what_to_do()
    {
        var thrash = Made();
        string? told = null;
        for (var second = 1; second <= 3; second++)
        {
            faults += 3200;
            told = Look(thrash, 1, 1.25);
        }

        Assert.Equal("The limit of 24.0 MiB leaves 1.3 MiB to pages of files, the program's own among them: they are "
            + "dropped, and read from disk again, 3,200 a second, which the times of this run contain. A limit of 27 "
            + "MiB would spare it that.", told);
    }

    [Fact]
    public void A_look_that_finds_nothing_allocates_nothing()
    {
        var thrash = Made();
        Look(thrash, 1, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var look = 0; look < 100; look++) Look(thrash, 1, 12);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Looks_that_catch_up_after_a_stall_neither_hide_nor_double_it()
    {
        var thrash = Made();
        string? told = null;
        for (var stall = 1; stall <= 3; stall++)
        {
            // The control thread stood for 4 s, reading its own pages, and makes up for three looks within 30 ms.
            faults += 16_000;
            told ??= Look(thrash, 4, 1);
            for (var late = 0; late < 3; late++)
            {
                faults += 40;
                told ??= Look(thrash, 0.01, 1);
            }
        }

        Assert.Contains("read from disk again, 4,0", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_of_the_room_for_these_very_pages_counts_as_theirs()
    {
        var thrash = Made();
        for (var second = 1; second <= 5; second++)
        {
            faults += 3200;
            now += TimeSpan.FromSeconds(1);
            Assert.Null(thrash.Look(Left(1), ahead: Bytes.FromMiB(8)));
        }
    }

    PageThrash Made() => new(() => faults, () => now);

    string? Look(PageThrash thrash, double seconds, double? room)
    {
        now += TimeSpan.FromSeconds(seconds);
        return thrash.Look(Left(room), ahead: Bytes.Zero);
    }

    static MemoryReading Left(double? mebibytes) => mebibytes is { } left
        ? new MemoryReading { Limit = Bytes.FromMiB(24), Room = Bytes.FromMiB(left) }
        : default;
}
