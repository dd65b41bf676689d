using System.Runtime.CompilerServices;
using System.Text;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>What of a response can be looked at, and for how long.</summary>
public sealed class LastResponseTests : IDisposable
{
    readonly Client client = new(null);
    LastResponse last;

    public void Dispose() => client.Dispose();

    [Fact]
    public void A_head_is_read_where_it_lies_until_the_next_bytes_come()
    {
        // The first use of an encoding makes it, whoever's that is.
        var received = Received("HTTP/1.1 204 No\r\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        last.Begin(client.Loop, client.Session, received, Keep.Nothing, 0);
        Assert.True(last.TryGetHead(client.Loop, client.Session, out var head));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("HTTP/1.1 204 No\r\n", Encoding.Latin1.GetString(head));
        client.Loop.Received.BeginTurn();
        Assert.Null(Head());
    }

    [Fact]
    public void One_whose_body_is_still_to_come_is_copied_before_the_buffer_goes_to_others()
    {
        last.Begin(client.Loop, client.Session, Received("HTTP/1.1 200 OK\r\n"), Keep.Nothing, 9);
        last.KeepHead(client.Loop, client.Session);
        client.Loop.Received.BeginTurn();
        Assert.Equal("HTTP/1.1 200 OK\r\n", Head());
        last.Forget(client.Loop, client.Session);
        Assert.Null(Head());
    }

    [Fact]
    public void After_one_that_was_copied_the_next_is_read_where_it_lies()
    {
        // As of a redirect that came in pieces, and what it leads to.
        last.Begin(client.Loop, client.Session, "HTTP/1.1 302 Found\r\n"u8, Keep.Nothing, 0);
        Assert.Equal("HTTP/1.1 302 Found\r\n", Head());
        last.Begin(client.Loop, client.Session, Received("HTTP/1.1 200 OK\r\n"), Keep.Nothing, 0);
        Assert.Equal("HTTP/1.1 200 OK\r\n", Head());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_body_is_kept_whatever_was_said_of_its_length_until_it_is_forgotten(long length)
    {
        last.Begin(client.Loop, client.Session, Received("HTTP/1.1 200 OK\r\n"), Keep.CodedBody, length);
        last.Append("hel"u8);
        client.Loop.Received.BeginTurn();
        last.Append("lo"u8);
        Assert.Equal(("HTTP/1.1 200 OK\r\n", "hello"), (Head(), Encoding.Latin1.GetString(last.Body)));
        last.Forget(client.Loop, client.Session);
        last.Release();
        Assert.Equal((null, ""), (Head(), Encoding.Latin1.GetString(last.Body)));
    }

    [Fact]
    public void Parts_of_a_session_take_one_word_of_it_each() => Assert.Equal((nint.Size, nint.Size),
        (Unsafe.SizeOf<LastResponse>(), Unsafe.SizeOf<OwnConnections>()));

    ReadOnlySpan<byte> Received(string head) =>
        client.Loop.Received.Bytes.AsSpan(0, Encoding.Latin1.GetBytes(head, client.Loop.Received.Bytes));

    string? Head() =>
        last.TryGetHead(client.Loop, client.Session, out var head) ? Encoding.Latin1.GetString(head) : null;
}
