using System.Buffers;
using System.Text;
using CsCheck;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

public sealed class CommonHeadTests
{
    const string Nginx = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Wed, 25 Nov 2026 13:12:00 GMT\r\n"
        + "Content-Type: text/plain\r\nContent-Length: 100\r\nConnection: keep-alive\r\n\r\n";

    // Ordinary lines, lines that frame, and lines that are nearly right: what two parsers could come to read
    // differently.
    static readonly string[] Lines =
    [
        "Server: nginx\r\n", "X:\r\n", "x-y: \t z \r\n", "Content-Length: 5\r\n", "content-length:5\r\n",
        "CONTENT-LENGTH: 0\r\n",
        "Content-Length: 5, 5\r\n", "Content-Length: 6\r\n", "Content-Length: +5\r\n", "Content-Length:\r\n",
        "Content-Length: 9999999999999999999\r\n",
        "Content-Length: 000000000000000005\r\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding: Chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encodinh: chunked\r\n", "TransferpEncoding: chunked\r\n",
        "Content+Length: 5\r\n", "Connection: close\r\n",
        "Connection: keep-alive\r\n",
        "connection: Close, TE\r\n", "Set-Cookie: a=b\r\n", "set-cookie: c=d\r\n", "Set-Cookif: e\r\n", " folded\r\n",
        "\tfolded\r\n", "Bare: lf\n", "Bare: cr\rx\r\n", "Nul: \0\r\n",
        "No colon\r\n", "Space : x\r\n", ": nameless\r\n", "N\u00E4me: x\r\n", "Value: \u00E4\u007F\u0001\r\n",
        "Long: " + new string('v', 40) + "\r\n",
        new string('n', 40) + ": x\r\n", "Content-Lengti: 7\r\n", "\r\n", "\n",
    ];

    static readonly string[] StatusLines =
    [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304\r\n", "HTTP/1.1 404 \r\n",
        "HTTP/1.1 100 Continue\r\n", "HTTP/1.0 200 OK\r\n",
        "HTTP/1.1 99 \r\n", "HTTP/1.1 2000\r\n", "HTTP/1.1 200OK\r\n", "HTTP/1.1  200\r\n", "http/1.1 200 OK\r\n",
        "HTTP/1.1 200 O\0K\r\n", "HTTP/1.1 20x OK\r\n",
    ];

    [Fact]
    public void Reads_what_a_usual_server_sends()
    {
        Assert.True(CommonHead.TryParse(Encoding.Latin1.GetBytes(Nginx + "body"), isHead: false, out var head,
            out var consumed));
        Assert.Equal((200, BodyFraming.Length, 100L, true, Nginx.Length),
            (head.Status, head.Framing, head.ContentLength, head.KeepsAlive, consumed));
    }

    [Fact]
    public void Leaves_every_head_that_is_not_whole_to_the_line_by_line_parser()
    {
        var bytes = Encoding.Latin1.GetBytes(Nginx);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(CommonHead.TryParse(bytes.AsSpan(0, length), isHead: false, out _, out _));
        }
    }

    [Fact]
    public void Knows_the_characters_of_tokens()
    {
        const string tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (var value = 0; value < 256; value++)
        {
            var head = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\na{(char)value}b: c\r\n\r\n");
            var isToken = tokens.Contains((char)value, StringComparison.Ordinal) || value == ':';
            Assert.Equal(isToken, CommonHead.TryParse([.. head, .. new byte[32]], isHead: false, out _, out _));
        }
    }

    [Fact]
    public void Says_what_the_line_by_line_parser_says() =>
        Gen.Select(OneOf(StatusLines), OneOf(Lines).Array[0, 7], OneOf("\r\n", "\n", ""), Gen.Bool, Gen.Int[0, 40])
            .Sample((status, lines, end, isHead, more) =>
            {
                var text = status + string.Concat(lines) + end + new string('b', more);
                var bytes = Encoding.Latin1.GetBytes(text);
                if (!CommonHead.TryParse(bytes, isHead, out var head, out var consumed)) return true;
                return ResponseHead.ParseLines(bytes, isHead, out var expected, out var length) == OperationStatus.Done
                    && head == expected && consumed == length;
            }, iter: 100_000);

    static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    [Fact]
    public void Allows_as_many_headers_as_the_limit_and_no_more()
    {
        var allowed = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", ResponseHead.MaxHeaders))
            + "\r\n";
        Assert.True(CommonHead.TryParse(Encoding.Latin1.GetBytes(allowed), isHead: false, out _, out _));
        Assert.False(
            CommonHead.TryParse(Encoding.Latin1.GetBytes(allowed.Insert(17, "A: b\r\n")), isHead: false, out _, out _));
    }
}
