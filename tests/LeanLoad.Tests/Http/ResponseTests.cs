using System.Buffers;
using System.Text;
using CsCheck;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Head and body together: tables with their RFC sections, every split point, and chance against a plain reference.</summary>
public sealed class ResponseTests
{
    /// <summary>Response, body, and what is left over; with the section that allows it.</summary>
    public static readonly TheoryData<string, string, int, string, string> Valid = new()
    {
        { "RFC 9112 §6.3 length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", "" },
        { "RFC 9112 §6.3 nothing", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", "" },
        { "RFC 9112 §6.3 leftover", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello", 200, "he", "llo" },
        { "RFC 9112 §6.3 until close", "HTTP/1.1 200 OK\r\n\r\nall of it\r\n", 200, "all of it\r\n", "" },
        { "RFC 9110 §8.6 same twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", "" },
        { "RFC 9110 §8.6 same in a list", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", 200, "hello", "" },
        { "RFC 9110 §15.3.5 no content", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "", "" },
        { "RFC 9110 §15.4.5 not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", "" },
        { "RFC 9110 §15.2 interim", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §15.2 two interim", "HTTP/1.1 100 \r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §15.2.2 switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw", 101, "", "raw" },
        { "RFC 9112 §4 no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9112 §4 empty reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §15 unknown class", "HTTP/1.1 799 Odd\r\nContent-Length: 1\r\n\r\nx", 799, "x", "" },
        { "RFC 9112 §2.2 bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 200, "x", "" },
        { "RFC 9112 §5 no space", "HTTP/1.1 200 OK\r\nContent-Length:1\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §5.5 OWS", "HTTP/1.1 200 OK\r\nContent-Length: \t 1 \t\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §5.1 any case", "HTTP/1.1 200 OK\r\ncOnTeNt-LENGTH: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9112 §5.2 folded", "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9110 §5.5 obs-text", "HTTP/1.1 200 OK\r\nX: \u00e9\u00ff\r\nContent-Length: 1\r\n\r\nx", 200, "x", "" },
        { "RFC 9112 §7.1 chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 200, "hello world", "" },
        { "RFC 9112 §7.1 chunked, any case", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ChunKed\r\n\r\nA\r\n0123456789\r\n000\r\n\r\n", 200, "0123456789", "" },
        { "RFC 9112 §7.1.1 extensions", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b;c=\"d\"\r\nx\r\n0;e\r\n\r\n", 200, "x", "" },
        { "RFC 9112 §7.1.1 bad whitespace", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 \t\r\nx\r\n0 ;e\r\n\r\n", 200, "x", "" },
        { "RFC 9112 §7.1.2 trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", 200, "x", "" },
        { "RFC 9112 §2.2 chunked, bare LF", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\nx\n0\nA: b\n\n", 200, "x", "" },
        { "RFC 9112 §7.1 leftover", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1", 200, "", "HTTP/1.1" },
        { "RFC 2616 §3.6 identity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nabc", 200, "abc", "" },
        { "RFC 9112 §2.3 HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nabc", 200, "abc", "" },
    };

    public static readonly TheoryData<string, string> Invalid = new()
    {
        { "no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n" },
        { "no HTTP, no line", "220 ready" },
        { "a TLS alert", "\x15\x03\x01\x00\x02\x02\x46" },
        { "RFC 9112 §4 other version", "HTTP/2 200 OK\r\n\r\n" },
        { "RFC 9112 §2.3 lower case", "http/1.1 200 OK\r\n\r\n" },
        { "RFC 9112 §4 no status", "HTTP/1.1 OK\r\n\r\n" },
        { "RFC 9112 §4 two digits", "HTTP/1.1 20 OK\r\n\r\n" },
        { "RFC 9112 §4 four digits", "HTTP/1.1 2000 OK\r\n\r\n" },
        { "RFC 9112 §4 below 100", "HTTP/1.1 099 OK\r\n\r\n" },
        { "RFC 9112 §4 two spaces", "HTTP/1.1  200 OK\r\n\r\n" },
        { "RFC 9112 §2.2 bare CR", "HTTP/1.1 200 O\rK\r\n\r\n" },
        { "RFC 9112 §2.2 bare CR in a field", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n" },
        { "RFC 9110 §5.5 NUL", "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n" },
        { "RFC 9112 §5 no colon", "HTTP/1.1 200 OK\r\nX\r\n\r\n" },
        { "RFC 9112 §5 no name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n" },
        { "RFC 9112 §5.1 space before colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello" },
        { "RFC 9112 §2.2 space before the first field", "HTTP/1.1 200 OK\r\n X: a\r\n\r\n" },
        { "RFC 9112 §5.2 a folded length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 0\r\n\r\nhello" },
        { "RFC 9112 §5.2 a folded coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" },
        { "RFC 9110 §8.6 conflicting", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!" },
        { "RFC 9110 §8.6 conflicting in a list", "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello!" },
        { "RFC 9110 §8.6 empty", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n" },
        { "RFC 9110 §8.6 sign", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello" },
        { "RFC 9110 §8.6 hexadecimal", "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello" },
        { "RFC 9110 §8.6 over 2^63", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n" },
        { "RFC 9112 §6.3 both", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "RFC 9112 §6.3 both, other order", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "RFC 9112 §6.1 chunked twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "RFC 9112 §6.1 a coding nobody asked for", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { "RFC 9112 §6.1 in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "RFC 9112 §7.1 no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n" },
        { "RFC 9112 §7.1 no hexadecimal", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nG\r\n" },
        { "RFC 9112 §7.1 a prefix", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n" },
        { "RFC 9112 §7.1 a word behind the size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 x\r\nx\r\n0\r\n\r\n" },
        { "RFC 9112 §7.1 data too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n" },
        { "RFC 9112 §7.1 over 2^63", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\n" },
        { "RFC 9112 §7.1 seventeen digits", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000001\r\nx\r\n0\r\n\r\n" },
        { "RFC 9112 §8 cut length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell" },
        { "RFC 9112 §8 cut chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell" },
        { "RFC 9112 §8 no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" },
        { "RFC 9112 §8 no end of trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" },
        { "cut head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" },
        { "an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n" },
        { "over 256 headers", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 257)) + "\r\n" },
        { "over 64 KiB", "HTTP/1.1 200 OK\r\nA: " + new string('a', 64 << 10) + "\r\n\r\n" },
        { "extensions over 4 KiB", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + new string('a', 5000) + "\r\nx\r\n0\r\n\r\n" },
        { "trailers over 16 KiB", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + new string('a', 17 << 10) + "\r\n\r\n" },
    };

    /// <summary>What chance makes responses of: each piece is likely to matter, at the right place or at the wrong one.</summary>
    static readonly string[] Pieces =
    [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 N\r\n", "HTTP/1.1 304 N\n", "HTTP/1.1 101 S\r\n",
        "Content-Length: 5\r\n", "Content-Length: 3\n", "content-length: 5, 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
        "transfer-encoding: CHUNKED\n", "Transfer-Encoding: identity\r\n", "Connection: close\r\n", "X: y\r\n", " folded\r\n", "\tfolded\n", "\r\n", "\n", "\r", "hello",
        "5\r\nhello\r\n", "5;x=y\r\nhello\r\n", "3\nabc\n", "0\r\n", "0\r\n\r\n", "A: b\r\n", "\0", ":", " ", "a", "F", "0", "5 \r\n", "\u00ff",
    ];

    static readonly Gen<string> Responses = Gen.Select(
        Gen.Int[0, Pieces.Length - 1].Array[0, 12], Gen.Int[0, 9], static (indices, begin) =>
            (begin == 0 ? "" : begin == 1 ? Pieces[1] : Pieces[0]) + string.Concat(indices.Select(static index => Pieces[index])));

    [Theory, MemberData(nameof(Valid))]
    public void Reads_a_valid_response_whole_byte_by_byte_and_at_every_split(string why, string response, int status, string body, string rest)
    {
        var input = Encoding.Latin1.GetBytes(response);
        Assert.Equal((status, body, rest), ReferenceParser.Read(response, isHead: false));
        Assert.Equal((status, body, rest), ResponseReading.Read(input, [], isHead: false));
        Assert.Equal((status, body, rest), ResponseReading.Read(input, Enumerable.Range(1, input.Length - 1), isHead: false));
        for (var cut = 1; cut < input.Length; cut++)
        {
            Assert.True((status, body, rest) == ResponseReading.Read(input, [cut], isHead: false), $"{why}, cut at {cut}");
        }
    }

    [Theory, MemberData(nameof(Invalid))]
    public void Refuses_an_invalid_response_however_it_comes(string why, string response)
    {
        var input = Encoding.Latin1.GetBytes(response);
        Assert.Null(ResponseReading.Read(input, [], isHead: false));
        for (var cut = 1; cut < input.Length; cut += 1 + input.Length / 200)
        {
            Assert.True(ResponseReading.Read(input, [cut], isHead: false) is null, $"{why}, cut at {cut}");
        }
    }

    [Fact]
    public void A_response_to_HEAD_has_no_body_whatever_it_says()
    {
        foreach (var framing in new[] { "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "" })
        {
            var input = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{framing}\r\n");
            Assert.Equal((200, "", ""), ResponseReading.Read(input, [], isHead: true));
        }
    }

    [Fact]
    public void Chance_finds_no_difference_from_the_reference() =>
        Gen.Select(Responses, Gen.Bool, Gen.Int[1, 1000]).Sample(
            static (response, isHead, seed) =>
            {
                var input = Encoding.Latin1.GetBytes(response);
                var random = new Random(seed);
                var cuts = Enumerable.Range(1, Math.Max(input.Length - 1, 0)).Where(_ => random.Next(4) == 0).ToArray();
                Assert.Equal(ReferenceParser.Read(response, isHead), ResponseReading.Read(input, cuts, isHead));
            },
            iter: 20_000);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", true, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false, false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, CLOSE\r\n\r\n", false, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false, false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", false, true)]
    public void Knows_whether_the_connection_may_be_used_again(string response, bool untilClose, bool keepsAlive)
    {
        Assert.Equal(OperationStatus.Done, ResponseHead.Parse(Encoding.Latin1.GetBytes(response), false, out var head, out _));
        Assert.Equal((untilClose, keepsAlive), (head.Framing == BodyFraming.UntilClose, head.KeepsAlive));
    }

    [Fact]
    public void Asks_for_more_at_every_split_of_a_head_and_consumes_nothing()
    {
        var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\n"u8.ToArray();
        for (var length = 0; length < head.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, ResponseHead.Parse(head.AsSpan(0, length), false, out _, out var consumed));
            Assert.Equal(0, consumed);
        }
    }

    [Fact]
    public void Finds_a_header_in_any_case_and_the_first_that_repeats()
    {
        var head = "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\nX-Empty:\r\n\r\n"u8;
        Assert.True(ResponseHead.TryGetHeader(head, "SET-COOKIE"u8, out var value));
        Assert.Equal("a"u8, value);
        Assert.True(ResponseHead.TryGetHeader(head, "x-empty"u8, out value));
        Assert.True(value.IsEmpty);
        Assert.False(ResponseHead.TryGetHeader(head, "cookie"u8, out _));
    }
}
