using System.IO.Compression;
using System.Text;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Bodies that were kept come decoded, and never larger than they may.</summary>
public sealed class ContentCodingTests
{
    [Theory, ForEachPoller]
    public async Task One_coding_is_undone_and_the_bytes_of_the_wire_are_counted(PollerChoice choice)
    {
        var text = string.Concat(Enumerable.Range(0, 5_000));
        foreach (var coding in new[] { "gzip", "X-GZIP", "br", "deflate", "identity" })
        {
            var coded = Coded(coding, Encoding.ASCII.GetBytes(text));
            using var server = Serving(coding, coded);
            using var client = new Client(server.Url, choice);
            Assert.Equal(new Seen(200, FailureKind.None, coded.Length, text), await client.Get());
            Assert.Equal(new Seen(200, FailureKind.None, coded.Length, ""), await client.Get("/", Keep.Nothing));
            Assert.Equal(coded,
                await client.Run(static async http => (await http.Get("/", keep: Keep.CodedBody)).Body.ToArray()));
            Assert.Equal(coding, await client.Run(static async http => (await http.Get("/", keep: Keep.Body))
                .Header("Content-Encoding")));
        }
    }

    [Theory]
    [InlineData("gzip", "not gzip at all")]
    [InlineData("br", "not brotli at all")]
    [InlineData("deflate", "not zlib at all")]
    [InlineData("zstd", "anything")]
    [InlineData("gzip, br", "anything")]
    [InlineData("gzip\r\nContent-Encoding: br", "anything")]
    public async Task What_can_t_be_undone_is_no_success(string coding, string body)
    {
        using var server = Serving(coding, Encoding.ASCII.GetBytes(body));
        using var client = new Client(server.Url);
        var seen = await client.Get();
        Assert.Equal((FailureKind.Undecodable, 200, ""), (seen.Failure, seen.Status, seen.Body));
        Assert.Equal(FailureKind.None, (await client.Get("/", Keep.Nothing)).Failure);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_body_that_is_cut_is_no_success(string coding)
    {
        var coded = Coded(coding, Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 5_000))));
        using var server = Serving(coding, coded[..(coded.Length / 2)]);
        using var client = new Client(server.Url);
        Assert.Equal(FailureKind.Undecodable, (await client.Get()).Failure);
    }

    [Theory]
    [InlineData("gzip", 17 << 20)]
    [InlineData("br", 17 << 20)]
    [InlineData("br", 2 << 20)]
    [InlineData("deflate", 17 << 20)]
    public async Task A_bomb_is_refused(string coding, int bytes)
    {
        using var server = Serving(coding, Coded(coding, new byte[bytes]));
        using var client = new Client(server.Url);
        Assert.Equal(FailureKind.DecodedTooLarge, (await client.Get()).Failure);
        Assert.Contains("when decoded", client.Example(FailureKind.DecodedTooLarge), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_limits_allow_is_decoded()
    {
        using var server = Serving("br", Coded("br", new byte[1 << 20]));
        using var client = new Client(server.Url);
        Assert.Equal(1 << 20, (await client.Get()).Body.Length);
        using var empty = Serving("gzip", []);
        using var other = new Client(empty.Url);
        Assert.Equal(new Seen(200, FailureKind.None, 0, ""), await other.Get());
    }

    [Theory]
    [InlineData("text/plain", "\u00c3\u00bc", "ü")]
    [InlineData("text/plain; charset=\"UTF-8\"", "\u00ef\u00bb\u00bf\u00c3\u00bc", "ü")]
    [InlineData("text/plain;charset=ISO-8859-1", "\u00fc", "ü")]
    [InlineData("text/plain; charset=utf-16le", "a\0", "a")]
    [InlineData("text/plain; charset=unknown", "a\u00ff", "a\ufffd")]
    [InlineData("", "a", "a")]
    public void A_text_is_read_by_its_charset(string type, string body, string text) =>
        Assert.Equal(text, BodyText.Decode(Encoding.Latin1.GetBytes(body), Encoding.Latin1.GetBytes(type)));

    [Fact]
    public async Task All_values_of_a_header_are_read_and_checks_say_what_is_wrong()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(
            "HTTP/1.1 200 OK\r\nX: a\r\nY: n\r\nx:  b \r\nZ: c\r\n  d\r\nContent-Length: 5\r\n\r\nhello"));
        using var client = new Client(server.Url);
        Assert.Equal(("a,b", "c    d", true, true, false), await client.Run(static async http =>
        {
            var response = await http.Get("/", keep: Keep.Body);
            var values = new List<string>();
            foreach (var value in response.Headers("X")) values.Add(Encoding.ASCII.GetString(value));
            return (string.Join(',', values), response.Header("Z"), response.IsSuccess, response.CheckContains("ell"),
                response.CheckContains("elk"));
        }));
        Assert.Equal("the body does not contain \"elk\"", client.Example(FailureKind.Rejected));
    }

    static ScriptedServer Serving(string coding, byte[] body) => new(async peer =>
    {
        while (await peer.ReadRequest() is not null)
        {
            await peer.Send([.. Encoding.Latin1.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
        }
    });

    internal static byte[] Coded(string coding, byte[] body)
    {
        using var coded = new MemoryStream();
        using (Stream? stream = coding switch
        {
            "br" => new BrotliStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(coded, CompressionLevel.Optimal, leaveOpen: true),
            "identity" => null,
            _ => new GZipStream(coded, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            if (stream is null) return body;
            stream.Write(body);
        }

        return coded.ToArray();
    }
}
