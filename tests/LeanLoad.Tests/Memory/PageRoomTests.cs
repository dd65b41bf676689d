using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class PageRoomTests
{
    [Fact]
    public void A_burst_between_two_readings_is_refused_where_the_room_ends()
    {
        var room = new PageRoom();
        room.Set(new Bytes(1000), room.Filled);
        Assert.True(room.TryTake(600));
        Assert.False(room.TryTake(600));
        Assert.True(room.TryTake(400));
        Assert.False(room.TryTake(1));
    }

    [Fact]
    public void What_is_mapped_and_not_yet_written_to_is_not_given_out_again_by_the_next_reading()
    {
        var room = new PageRoom();
        room.Set(new Bytes(1000), room.Filled);
        Assert.True(room.TryTake(600));
        room.Fill(200);
        // The kernel has charged 200 of it meanwhile; 400 are still to come.
        room.Set(new Bytes(800), room.Filled);
        Assert.False(room.TryTake(401));
        Assert.True(room.TryTake(400));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again_at_once()
    {
        var room = new PageRoom();
        room.Set(new Bytes(1000), room.Filled);
        for (var body = 0; body < 100; body++)
        {
            Assert.True(room.TryTake(900));
            room.Fill(900);
            room.Give(900, 900);
        }

        room.Set(new Bytes(1000), room.Filled);
        Assert.True(room.TryTake(1000));
    }

    [Fact]
    public void What_is_written_to_while_memory_is_read_counts_as_not_yet_charged()
    {
        var room = new PageRoom();
        room.Set(new Bytes(1000), room.Filled);
        Assert.True(room.TryTake(600));
        var counted = room.Filled;
        room.Fill(600);
        room.Set(new Bytes(1000), counted);
        Assert.False(room.TryTake(401));
        Assert.True(room.TryTake(400));
    }

    [Fact]
    public void Where_no_budget_is_known_any_more_there_is_room()
    {
        var room = new PageRoom();
        room.Set(new Bytes(1000), room.Filled);
        Assert.False(room.TryTake(1001));
        room.Lift();
        Assert.True(room.TryTake(1L << 40));
    }

    [Fact]
    public void Before_the_first_reading_there_is_room() => Assert.True(new PageRoom().TryTake(1L << 40));
}
