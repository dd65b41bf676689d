using System.Text;
using LeanLoad.Http;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>What goes over the wire, and what never does.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("", "GET /base/ HTTP/1.1")]
    [InlineData("/", "GET /base/ HTTP/1.1")]
    [InlineData("/a/b?c=d#e", "GET /base/a/b?c=d HTTP/1.1")]
    [InlineData("/a b", "GET /base/a%20b HTTP/1.1")]
    [InlineData("/ü", "GET /base/%C3%BC HTTP/1.1")]
    [InlineData("/a%20b", "GET /base/a%20b HTTP/1.1")]
    [InlineData("/a\r\nX: y", "GET /base/a%0D%0AX:%20y HTTP/1.1")]
    public async Task A_path_is_sent_below_the_base_url_and_encoded_where_it_must_be(string url, string line)
    {
        using var wire = new Wire("/base/");
        await wire.Client.Run(async http => await http.Get(url));
        Assert.Equal(line, wire.Lines[0]);
    }

    [Fact]
    public async Task Half_a_character_is_sent_as_the_replacement_character()
    {
        using var wire = new Wire("");
        await wire.Client.Run(async http => await http.Get("/" + (char)0xD800));
        Assert.Equal("GET /%EF%BF%BD HTTP/1.1", wire.Lines[0]);
    }

    [Theory]
    [InlineData("http://HOST", "GET / HTTP/1.1")]
    [InlineData("http://HOST/", "GET / HTTP/1.1")]
    [InlineData("http://HOST?a=/b", "GET /?a=/b HTTP/1.1")]
    [InlineData("http://HOST#part", "GET / HTTP/1.1")]
    [InlineData("HTTP://HOST/x/../y", "GET /x/../y HTTP/1.1")]
    public async Task An_absolute_url_is_sent_as_its_path(string url, string line)
    {
        using var wire = new Wire("/base");
        var target = url.Replace("HOST", $"127.0.0.1:{wire.Port}", StringComparison.Ordinal);
        Assert.Equal(FailureKind.None, (await wire.Client.Get(target)).Failure);
        Assert.Equal(line, wire.Lines[0]);
        Assert.Contains($"Host: 127.0.0.1:{wire.Port}", wire.Lines);
    }

    [Fact]
    public async Task Holes_are_encoded_and_their_template_is_the_name()
    {
        using var wire = new Wire("");
        var (repository, digest, path, query, number) = ("a/b c", "sha256:é", "x/y?z", "1&2=3", 42);
        await wire.Client.Run(async http =>
            await http.Get($"/v2/{repository}/{digest}/{path:path}/{path:raw}/{number}?q={query}&r={Guid.Empty}"));
        Assert.Equal("GET "
            + "/v2/a%2Fb%20c/sha256:%C3%A9/x/y%3Fz/x/y?z/42?q=1%262%3D3&r=00000000-0000-0000-0000-000000000000 "
            + "HTTP/1.1", wire.Lines[0]);
        Assert.Equal("/v2/{repository}/{digest}/{path}/{path}/{number}?q={query}&r={Guid.Empty}", wire.Client.Names[1]);
    }

    [Fact]
    public async Task Credentials_headers_and_a_body_are_sent_as_given()
    {
        using var wire = new Wire("");
        await wire.Client.Run(async http => await http.Post(
            $"/form", "a=b"u8, basic: new BasicCredential("me", "secret"),
            headers: [new("Content-Type", "text/plain"), new("X-Name", "é")]));
        Assert.Equal("POST /form HTTP/1.1", wire.Lines[0]);
        Assert.Contains("Authorization: Basic bWU6c2VjcmV0", wire.Lines);
        Assert.Contains("Content-Type: text/plain", wire.Lines);
        Assert.Contains("X-Name: " + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("é")), wire.Lines);
        Assert.Contains("Content-Length: 3", wire.Lines);
        Assert.Equal("a=b", wire.Lines[^1]);
    }

    [Theory]
    [InlineData("X", "a\r\nEvil: 1", "line break")]
    [InlineData("X", "a\nb", "line break")]
    [InlineData("X", "a\0b", "NUL")]
    [InlineData("X\r\nEvil", "1", "not a token")]
    [InlineData("X:", "1", "not a token")]
    [InlineData("X Y", "1", "not a token")]
    [InlineData("", "1", "not a token")]
    [InlineData("ü", "1", "not a token")]
    public async Task A_header_that_would_begin_another_is_never_sent(string name, string value, string why)
    {
        using var wire = new Wire("");
        var failure =
            await wire.Client.Run(async http => (await http.Get("/", headers: new HttpHeader(name, value))).Failure);
        Assert.Equal(FailureKind.Request, failure);
        Assert.Contains(why, wire.Client.Example(FailureKind.Request), StringComparison.Ordinal);
        Assert.Empty(wire.Lines);
    }

    [Fact]
    public async Task A_token_that_holds_a_line_break_is_never_sent()
    {
        using var wire = new Wire("");
        Assert.Equal(FailureKind.Request,
            await wire.Client.Run(async http => (await http.Get("/", bearer: "t\r\nEvil: 1")).Failure));
        Assert.Empty(wire.Lines);
    }

    [Fact]
    public async Task A_request_over_64_KiB_is_refused_and_one_just_below_is_sent()
    {
        using var wire = new Wire("");
        var (large, body) = (new string('a', 40_000), new byte[40_000]);
        var failures = await wire.Client.Run(async http => new[]
        {
            (await http.Get("/" + large + large)).Failure,
            (await http.Get($"/{large}{large}")).Failure,
            (await http.Get("/", headers: [new("A", large), new("B", large)])).Failure,
            (await http.Post($"/{large}", body)).Failure,
            (await http.Get("/", headers: new HttpHeader("A", large))).Failure,
        });
        Assert.Equal([FailureKind.Request, FailureKind.Request, FailureKind.Request, FailureKind.Request,
            FailureKind.None], failures);
        Assert.Contains("A: " + large, wire.Lines);
        Assert.Contains("64 KiB", wire.Client.Example(FailureKind.Request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relative", "neither a path")]
    [InlineData("ftp://host/", "neither a path")]
    [InlineData("http://", "neither a path")]
    [InlineData("http://user:pa55@host/", "basic")]
    public async Task What_is_no_target_is_told_without_connecting(string url, string why)
    {
        using var wire = new Wire("");
        Assert.Equal(FailureKind.Request, (await wire.Client.Get(url)).Failure);
        Assert.Contains(why, wire.Client.Example(FailureKind.Request), StringComparison.Ordinal);
        Assert.DoesNotContain("pa55", wire.Client.Example(FailureKind.Request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_without_a_base_url_is_told()
    {
        using var client = new Client(null);
        Assert.Equal(FailureKind.Request, (await client.Get("/a")).Failure);
        Assert.Contains("no --url", client.Example(FailureKind.Request), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_name_with_a_colon_is_refused() =>
        Assert.Throws<ArgumentException>(static () => new BasicCredential("a:b", "c"));

    [Fact]
    public void Buffers_come_back_and_are_large_enough()
    {
        var buffers = new RequestBuffers();
        foreach (var bytes in new[] { 1, 256, 257, 512, 513, 4096, 4097, 65536 })
        {
            var buffer = buffers.Rent(bytes);
            Assert.True(buffer.Length >= bytes);
            buffers.Return(buffer);
            if (bytes <= 4096) Assert.Same(buffer, buffers.Rent(bytes));
        }
    }

    /// <summary>A client, and the lines its server got last.</summary>
    sealed class Wire : IDisposable
    {
        readonly ScriptedServer server;

        public Wire(string basePath)
        {
            server = new ScriptedServer(async peer =>
            {
                while (await peer.ReadRequest() is { } request)
                {
                    Lines = request.Split("\r\n");
                    await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                }
            });
            Client = new Client(new Uri(server.Url, basePath));
        }

        public Client Client { get; }

        public int Port => server.Port;

        public string[] Lines { get; private set; } = [];

        public void Dispose()
        {
            Client.Dispose();
            server.Dispose();
        }
    }
}
