using System.Buffers;
using System.Text;
using CsCheck;
using LeanLoad.Http;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Head and body together: tables with their RFC sections, every split point, and chance against a plain reference.
/// </summary>
public sealed class ResponseTests
{
    /// <summary>
    /// What chance makes responses of: each piece is likely to matter, at the right place or at the wrong one.
    /// </summary>
    static readonly string[] Pieces =
    [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 204 N\r\n",
        "HTTP/1.1 304 N\n", "HTTP/1.1 101 S\r\n", "Transfer-Encoding:\r\n", "Content-Length:\n", " 5\r\n",
        "\tchunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked;a=b\r\n", "Transfer-Encoding: ,\r\n", ",",
        ";", "Content-Length: 5,\r\n",
        "Content-Length: 5\r\n", "Content-Length: 3\n", "content-length: 5, 5\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "transfer-encoding: CHUNKED\n", "Transfer-Encoding: identity\r\n", "Connection: close\r\n", "X: y\r\n",
        " folded\r\n", "\tfolded\n", "\r\n", "\n", "\r", "hello",
        "5\r\nhello\r\n", "5;x=y\r\nhello\r\n", "3\nabc\n", "0\r\n", "0\r\n\r\n", "A: b\r\n", "\0", ":", " ", "a", "F",
        "0", "5 \r\n", "\u00ff",
    ];

    static readonly Gen<string> Responses = Gen.Select(
        Gen.Int[0, Pieces.Length - 1].Array[0, 12], Gen.Int[0, 9], static (indices, begin) =>
            (begin == 0 ? "" : begin == 1 ? Pieces[1] : Pieces[0])
                + string.Concat(indices.Select(static index => Pieces[index])));

    [Theory, MemberData(nameof(ResponseCases.Valid), MemberType = typeof(ResponseCases))]
    public void Reads_a_valid_response_whole_byte_by_byte_and_at_every_split(
        string why, string response, int status, string body, string rest)
    {
        var input = Encoding.Latin1.GetBytes(response);
        Assert.Equal((status, body, rest), ReferenceParser.Read(response, isHead: false));
        Assert.Equal((status, body, rest), ResponseReading.Read(input, [], isHead: false));
        Assert.Equal((status, body, rest),
            ResponseReading.Read(input, Enumerable.Range(1, input.Length - 1), isHead: false));
        for (var cut = 1; cut < input.Length; cut++)
        {
            Assert.True((status, body, rest) == ResponseReading.Read(input, [cut], isHead: false),
                $"{why}, cut at {cut}");
        }
    }

    [Theory, MemberData(nameof(ResponseCases.Invalid), MemberType = typeof(ResponseCases))]
    public void Refuses_an_invalid_response_however_it_comes(string why, string response, FailureKind kind)
    {
        Assert.NotEqual(FailureKind.None, kind);
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
        Assert.Equal(OperationStatus.Done,
            ResponseHead.Parse(Encoding.Latin1.GetBytes(response), false, out var head, out _));
        Assert.Equal((untilClose, keepsAlive), (head.Framing == BodyFraming.UntilClose, head.KeepsAlive));
    }

    [Fact]
    public void Asks_for_more_at_every_split_of_a_head_and_consumes_nothing()
    {
        var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\n"u8.ToArray();
        for (var length = 0; length < head.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData,
                ResponseHead.Parse(head.AsSpan(0, length), false, out _, out var consumed));
            Assert.Equal(0, consumed);
        }
    }

    [Fact]
    public void Finds_a_header_in_any_case_and_the_first_that_repeats()
    {
        var head = "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\nX-Empty:\r\n\r\n"u8;
        Assert.True(ResponseFields.TryGet(head, "SET-COOKIE"u8, out var value));
        Assert.Equal("a"u8, value);
        Assert.True(ResponseFields.TryGet(head, "x-empty"u8, out value));
        Assert.True(value.IsEmpty);
        Assert.False(ResponseFields.TryGet(head, "cookie"u8, out _));
    }
}
