using System.Text;
using CsCheck;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

public sealed class HeadMemoTests
{
    static readonly string[] Heads =
    [
        "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 13:12:00 GMT\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 13:12:01 GMT\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 13:12:01 GMT\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 500 OK\r\nDate: Wed, 25 Nov 2026 13:12:01 GMT\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nDate: Wed, 25 Nov 2026 13:12:01 GMT\r\nContent-Length: 5\r\nX: y\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.0 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nLong: " + new string('v', 600) + "\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "no HTTP at all\r\n\r\n",
    ];

    [Fact]
    public void Says_what_reading_anew_says_whatever_was_read_before() =>
        Gen.Select(Gen.Int[0, Heads.Length - 1], Gen.Bool, Gen.Int[0, 9], Gen.Int[0, 200]).Array[1, 30]
            .Sample(responses =>
            {
                var memo = new HeadMemo();
                foreach (var (which, isHead, more, cut) in responses)
                {
                    // Whole with a body behind it, or cut somewhere.
                    var text = Heads[which] + "body body"[..more];
                    var bytes = Encoding.Latin1.GetBytes(cut < 150 ? text : text[..Math.Min(cut - 150, text.Length)]);
                    var status = memo.Parse(bytes, isHead, out var head, out var consumed);
                    var expected = ResponseHead.Parse(bytes, isHead, out var anew, out var length);
                    if (status != expected || head != anew || consumed != length) return false;
                }

                return true;
            }, iter: 20_000);

    [Fact]
    public void A_head_that_is_known_is_read_without_allocation()
    {
        var memo = new HeadMemo();
        var bytes = Encoding.Latin1.GetBytes(Heads[0] + "hello");
        memo.Parse(bytes, false, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 1000; count++) memo.Parse(bytes, false, out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
