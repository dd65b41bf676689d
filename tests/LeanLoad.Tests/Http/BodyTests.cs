using System.Text;
using System.Text.Json.Serialization;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>What requests carry, as the server sees it.</summary>
public sealed partial class BodyTests : IDisposable
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    readonly string file = Path.GetTempFileName();
    readonly List<string> got = [];
    readonly ScriptedServer server;

    public BodyTests() => server = new ScriptedServer(async peer =>
    {
        while (await peer.ReadRequest() is { } request)
        {
            got.Add(request);
            await peer.Send(Hello);
        }
    });

    public static TheoryData<string, string, string> Small { get; } = new()
    {
        { "bytes", "", "a=b" },
        { "memory", "text/csv", "1,2" },
        { "text", "text/plain; charset=utf-8", "\u00c3\u00bc" },
        { "json", "application/json", """{"Name":"\u00FC","Count":3}""" },
        { "form", "application/x-www-form-urlencoded",
            "a+b=1%262%3D3&%C3%BC=%0D%0A&z=*-._~".Replace("~", "%7E", StringComparison.Ordinal) },
        { "nothing", "", "" },
    };

    [Theory, MemberData(nameof(Small))]
    public async Task A_small_body_goes_with_its_head(string kind, string type, string body)
    {
        using var client = new Client(server.Url);
        Assert.Equal(200, await client.Run(async http => (await (kind switch
        {
            "bytes" => http.Post("/", "a=b"u8),
            "memory" => http.Put("/", RequestBody.Bytes("1,2"u8.ToArray(), "text/csv")),
            "text" => http.Patch("/", RequestBody.Text("ü")),
            "json" => http.Post("/", RequestBody.Json(new Order("ü", 3), OrderJson.Default.Order)),
            "form" => http.Post("/", RequestBody.Form(("a b", "1&2=3"), ("ü", "\r\n"), ("z", "*-._~"))),
            _ => http.Post("/", default(RequestBody)),
        })).Status));
        var request = Assert.Single(got);
        Assert.EndsWith("\r\n\r\n" + body, request, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {body.Length}\r\n", request, StringComparison.Ordinal);
        if (type.Length > 0) Assert.Contains($"\r\nContent-Type: {type}\r\n", request, StringComparison.Ordinal);
        else Assert.DoesNotContain("Content-Type", request, StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task A_file_is_streamed_with_its_length_or_chunked(PollerChoice choice)
    {
        var content = Content(300_000);
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        using var client = new Client(server.Url, choice);
        foreach (var chunked in new[] { false, true })
        {
            Assert.Equal(200, await client.Run(
                async http => (await http.Put("/up", RequestBody.File(file, chunked: chunked))).Status));
        }

        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(content), got[0], StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 300000\r\n", got[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", got[1], StringComparison.Ordinal);
        Assert.Equal(content, Dechunked(got[1]));
        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Memory_of_any_size_is_sent_and_may_be_sent_again(PollerChoice choice)
    {
        var content = Content(1_000_000);
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 2; count++)
        {
            Assert.Equal(200,
                await client.Run(async http => (await http.Post("/", RequestBody.Bytes(content))).Status));
            Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(content), got[count], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_multipart_form_carries_fields_and_files()
    {
        var content = Content(40_000);
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        using var client = new Client(server.Url);
        Assert.Equal(200, await client.Run(async http => (await http.Post("/", RequestBody.Multipart(
            MultipartPart.Field("a\"b", "ü"), MultipartPart.File("f", file, "image/png"),
            MultipartPart.Bytes("g", "xyz"u8.ToArray(), "g.bin")))).Status));
        var request = Assert.Single(got);
        var boundary = request.Split("boundary=")[1][..32];
        var expected = $"--{boundary}\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n\u00c3\u00bc\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"f\"; "
            + $"filename=\"{Path.GetFileName(file)}\"\r\nContent-Type: image/png\r\n\r\n"
            + Encoding.Latin1.GetString(content)
            + $"\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"g\"; filename=\"g.bin\"\r\nContent-Type: "
            + $"application/octet-stream\r\n\r\nxyz\r\n--{boundary}--\r\n";
        Assert.EndsWith("\r\n\r\n" + expected, request, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {expected.Length}\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_fails_the_request_with_its_name()
    {
        using var client = new Client(server.Url);
        Assert.Equal(FailureKind.Request,
            await client.Run(static async http => (await http.Put("/", RequestBody.File("/no/such/file"))).Failure));
        Assert.Contains("/no/such/file", client.Example(FailureKind.Request), StringComparison.Ordinal);
        Assert.Empty(got);
    }

    [Theory]
    [InlineData("OPTIONS", true)]
    [InlineData("PROPFIND", true)]
    [InlineData("m-search!", true)]
    [InlineData("", false)]
    [InlineData("GET /x", false)]
    [InlineData("G\r\nX", false)]
    [InlineData("Gü", false)]
    [InlineData("CONNECT", false)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG", false)]
    public async Task Any_token_is_a_method_and_nothing_else_is_sent(string method, bool isSent)
    {
        using var client = new Client(server.Url);
        var failure = await client.Run(async http => (await http.Send(method, "/x")).Failure);
        Assert.Equal(isSent ? FailureKind.None : FailureKind.Request, failure);
        if (isSent) Assert.StartsWith($"{method} /x HTTP/1.1\r\n", Assert.Single(got), StringComparison.Ordinal);
        else Assert.Empty(got);
    }

    [Fact]
    public async Task The_common_methods_have_their_names()
    {
        using var client = new Client(server.Url);
        var id = 7;
        await client.Run(async http =>
        {
            await http.Put($"/{id}", "x"u8);
            await http.Patch($"/{id}", "x"u8);
            return await http.Delete($"/{id}");
        });
        Assert.Equal(["PUT /7", "PATCH /7", "DELETE /7"], got.Select(static request => request.Split(" HTTP")[0]));
        Assert.DoesNotContain("Content-Length", got[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length", "5", null)]
    [InlineData("transfer-encoding", "chunked", null)]
    [InlineData("Connection", "keep-alive", null)]
    [InlineData("Upgrade", "h2c", null)]
    [InlineData("TE", "gzip", null)]
    [InlineData("Trailer", "X", null)]
    [InlineData("Keep-Alive", "timeout=5", null)]
    [InlineData("Host", "a b", null)]
    [InlineData("Host", "", null)]
    [InlineData("Host", "other.test:81", "Host: other.test:81")]
    [InlineData("user-agent", "mine", "user-agent: mine")]
    [InlineData("Connection", "Close", "Connection: Close")]
    public async Task An_author_s_header_of_the_engine_s_replaces_it_or_is_refused(
        string name, string value, string? line)
    {
        using var client = new Client(server.Url);
        var failure =
            await client.Run(async http => (await http.Get("/", headers: new HttpHeader(name, value))).Failure);
        if (line is null)
        {
            Assert.Equal(FailureKind.Request, failure);
            Assert.Empty(got);
            return;
        }

        Assert.Equal(FailureKind.None, failure);
        Assert.Single(Assert.Single(got).Split("\r\n"),
            found => found.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        Assert.Contains($"\r\n{line}\r\n", got[0], StringComparison.Ordinal);
        Assert.Equal(name == "Connection" ? 0 : 1, client.Ask(static loop => loop.Connections));
    }

    [Fact]
    public async Task A_small_JSON_post_allocates_not_one_byte()
    {
        using var client = new Client(server.Url);
        var order = new Order("name", 3);
        Assert.Equal(0, await client.Run(async http =>
        {
            var least = long.MaxValue;
            for (var round = 0; round < 4; round++)
            {
                client.FillHistograms();
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var count = 0; count < 1_000; count++)
                {
                    await http.Post($"/orders/{count}", RequestBody.Json(order, OrderJson.Default.Order));
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }));
    }

    public void Dispose()
    {
        server.Dispose();
        File.Delete(file);
    }

    static byte[] Content(int bytes)
    {
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        return content;
    }

    static byte[] Dechunked(string request)
    {
        var rest = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var body = new StringBuilder();
        while (true)
        {
            var line = rest.IndexOf("\r\n", StringComparison.Ordinal);
            var size = Convert.ToInt32(rest[..line], 16);
            if (size == 0) return Encoding.Latin1.GetBytes(body.ToString());
            body.Append(rest.AsSpan(line + 2, size));
            rest = rest[(line + size + 4)..];
        }
    }

    internal sealed record Order(string Name, int Count);

    [JsonSerializable(typeof(Order))]
    internal sealed partial class OrderJson : JsonSerializerContext;
}
