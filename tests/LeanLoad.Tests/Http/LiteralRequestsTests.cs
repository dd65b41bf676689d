using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

public sealed class LiteralRequestsTests
{
    static readonly HttpOrigin Origin = new(new Uri("http://shop.test/"), null, new HttpSettings());

    [Fact]
    public void Knows_a_literal_by_its_identity_and_its_method()
    {
        var requests = new LiteralRequests();
        requests.Keep("/a", false, "GET /a"u8, Origin, 3);
        requests.Keep("/a", true, "HEAD /a"u8, Origin, 3);
        Assert.Equal("GET /a"u8.ToArray(), requests.Find("/a", false)!.Request.Buffer);
        Assert.Equal("HEAD /a"u8.ToArray(), requests.Find("/a", true)!.Request.Buffer);
        Assert.Null(requests.Find(new string(['/', 'a']), false));
        Assert.Null(requests.Find("/b", false));
        Assert.Null(requests.Find("", false));
    }

    [Fact]
    public void Keeps_no_text_that_is_made_while_the_program_runs()
    {
        var requests = new LiteralRequests();
        for (var count = 0; count < 1000; count++)
        {
            var url = $"/{count}";
            requests.Keep(url, false, "GET"u8, Origin, 0);
            Assert.Null(requests.Find(url, false));
        }
    }

    [Fact]
    public async Task Goes_out_the_same_each_time_until_the_user_has_something_of_its_own()
    {
        var seen = new List<string>();
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                seen.Add(request);
                await peer.Send(seen.Count == 3
                    ? "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var client = new Client(server.Url);
        for (var count = 0; count < 4; count++) await client.Run(async http => (await http.Get("/same")).Status);
        await client.Run(async http => (await http.Get("/same", bearer: "secret")).Status);
        await client.Run(async http => (await http.Head("/same")).Status);
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(seen[0], seen[2]);
        Assert.DoesNotContain("Cookie", seen[0], StringComparison.Ordinal);
        Assert.Contains("Cookie: a=b\r\n", seen[3], StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer secret\r\n", seen[4], StringComparison.Ordinal);
        Assert.StartsWith("HEAD /same ", seen[5], StringComparison.Ordinal);
        Assert.Equal(6, client.Row().Requests);
        Assert.Equal("/same", client.Names[1]);
    }

    [Fact]
    public async Task Is_sent_again_from_the_same_bytes_where_an_idle_connection_was_closed()
    {
        using var server = new ScriptedServer(ScriptedServer.Once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        using var client = new Client(server.Url);
        for (var count = 0; count < 5; count++)
        {
            Assert.Equal(200, await client.Run(async http => (await http.Get("/same")).Status));
        }
    }
}
