using System.Text;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Redirects: off by default; when on, with the right method, and with credentials to the same origin alone.
/// </summary>
public sealed class RedirectTests
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory]
    [InlineData(301, "GET", "/b", "http://a.test/b", false, true)]
    [InlineData(302, "POST", "b?c", "http://a.test/x/b?c", true, true)]
    [InlineData(301, "PUT", "/b", "http://a.test/b", false, true)]
    [InlineData(303, "PUT", "/b", "http://a.test/b", true, true)]
    [InlineData(303, "HEAD", "/b", "http://a.test/b", false, true)]
    [InlineData(307, "POST", "/b", "http://a.test/b", false, true)]
    [InlineData(308, "POST", "//c.test/b", "http://c.test/b", false, false)]
    [InlineData(302, "GET", "https://a.test/", "https://a.test/", false, false)]
    [InlineData(302, "GET", "http://a.test:81/", "http://a.test:81/", false, false)]
    [InlineData(302, "GET", "HTTP://A.test:80/", "http://a.test/", false, true)]
    [InlineData(302, "GET", "", "http://a.test/x/y", false, true)]
    public void Leads_where_it_says(
        int status, string method, string location, string to, bool becomesGet, bool isSameOrigin)
    {
        Assert.Null(Judge(status, method, "http://a.test/x/y", location, out var rule));
        Assert.Equal((to, becomesGet, isSameOrigin), (rule.Url.AbsoluteUri, rule.BecomesGet, rule.IsSameOrigin));
    }

    [Theory]
    [InlineData("https://a.test/", "http://a.test/", "in the clear")]
    [InlineData("http://a.test/", "ftp://a.test/", "neither http nor https")]
    [InlineData("http://a.test/", "javascript:alert(1)", "neither http nor https")]
    [InlineData("http://a.test/", "file:///etc/passwd", "neither http nor https")]
    [InlineData("http://a.test/", "http://", "no URL")]
    [InlineData("http://a.test/", "http://user:secret@b.test/", "user name")]
    public void Is_refused_with_its_reason(string from, string location, string why)
    {
        var refusal = Judge(302, "GET", from, location, out _);
        Assert.Contains(why, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal, StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task Is_not_followed_unless_asked_and_each_hop_counts(PollerChoice choice)
    {
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                await peer.Send(request.StartsWith("GET /end ", StringComparison.Ordinal) ? Hello
                    : "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 3\r\n\r\nbye");
            }
        });
        using var client = new Client(server.Url, choice);
        Assert.Equal(302, (await client.Get("/begin")).Status);
        Assert.Equal((200, 1, "hello"), await client.Run(static async http =>
        {
            var response = await http.Get("/begin", keep: Keep.Body, redirects: true);
            return (response.Status, response.Redirects, response.Text());
        }));
        Assert.Equal(3, client.Ask(static loop => loop.Requests.Requests));
        Assert.Equal((1L, 0), client.Ask(static loop => (loop.Redirects, loop.InFlight)));
        Assert.Equal(1, server.Accepted);
        using var always =
            new Client(server.Url, choice, adjust: static settings => settings with { FollowsRedirects = true });
        Assert.Equal("hello", (await always.Get("/begin")).Body);
    }

    [Theory, ForEachPoller]
    public async Task One_that_comes_in_pieces_leaves_the_head_of_the_last_to_be_read(PollerChoice choice)
    {
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                if (request.StartsWith("GET /end ", StringComparison.Ordinal)) await peer.Send(Hello);
                else await peer.Drip("HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var client = new Client(server.Url, choice);
        Assert.Equal((200, 1, "5"), await client.Run(static async http =>
        {
            var response = await http.Get("/", redirects: true);
            return (response.Status, response.Redirects, response.Header("Content-Length"));
        }));
    }

    [Fact]
    public async Task Ten_are_followed_and_no_more()
    {
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                var at = int.Parse(request.Split(' ')[1].AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
                await peer.Send(at == 0 ? Hello : $"HTTP/1.1 307 T\r\nLocation: {at - 1}\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var client = new Client(server.Url, adjust: static settings => settings with { FollowsRedirects = true });
        Assert.Equal(200, (await client.Get("/10")).Status);
        var seen = await client.Get("/11");
        Assert.Equal((307, FailureKind.TooManyRedirects), (seen.Status, seen.Failure));
        Assert.Contains("10 redirects", client.Example(FailureKind.TooManyRedirects), StringComparison.Ordinal);
        Assert.Equal("hello", (await client.Get("/0")).Body);
    }

    [Fact]
    public async Task Credentials_and_bodies_go_where_they_may()
    {
        var (got, foreign) = (new List<string>(), new List<string>());
        using var other = new ScriptedServer(Recording(foreign, static _ => Hello));
        using var server = new ScriptedServer(Recording(got, request => request.Split(' ')[1] switch
        {
            "/same" => "HTTP/1.1 307 T\r\nLocation: /end\r\nSet-Cookie: c=1; Path=/\r\nContent-Length: 0\r\n\r\n",
            "/get" => "HTTP/1.1 303 S\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n",
            "/away" => $"HTTP/1.1 308 P\r\nLocation: {other.Url}end\r\nContent-Length: 0\r\n\r\n",
            _ => Hello,
        }));
        using var client = new Client(server.Url);
        await client.Run(static async http =>
        {
            await http.Post("/same", "body"u8, bearer: "secret", redirects: true,
                headers: new HttpHeader("X-Own", "1"));
            await http.Post("/get", RequestBody.Text("body"), bearer: "secret", redirects: true);
            return await http.Post(
                "/away", "body"u8, bearer: "secret", redirects: true,
                headers: [new("X-Own", "1"), new("Cookie", "own=secret")]);
        });
        Assert.Equal(5, got.Count);
        Assert.StartsWith("POST /end HTTP/1.1\r\n", got[1], StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer secret", got[1], StringComparison.Ordinal);
        Assert.Contains("Cookie: c=1\r\n", got[1], StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", got[1], StringComparison.Ordinal);
        Assert.StartsWith("GET /end HTTP/1.1\r\n", got[3], StringComparison.Ordinal);
        Assert.DoesNotContain("Content-", got[3], StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", got[3], StringComparison.Ordinal);
        var away = Assert.Single(foreign);
        Assert.DoesNotContain("secret", away, StringComparison.Ordinal);
        // The jar's own: a cookie belongs to a host, whatever its port (RFC 6265bis §8.5).
        Assert.Contains("Cookie: c=1\r\n", away, StringComparison.Ordinal);
        Assert.Contains($"Host: 127.0.0.1:{other.Port}\r\n", away, StringComparison.Ordinal);
        Assert.Single(away.Split("\r\n"), static line => line.StartsWith("Host:", StringComparison.Ordinal));
        Assert.Contains("X-Own: 1", away, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_the_authors_own_cookie_stays_behind_the_jars_go_along()
    {
        var foreign = new List<string>();
        using var other = new ScriptedServer(Recording(foreign, static request => request.Split(' ')[1] == "/b"
            ? "HTTP/1.1 302 F\r\nLocation: /home\r\nSet-Cookie: sid=1; Path=/\r\nContent-Length: 0\r\n\r\n" : Hello));
        using var server = new ScriptedServer(ScriptedServer.Always(
            $"HTTP/1.1 302 F\r\nLocation: {other.Url}b\r\nContent-Length: 0\r\n\r\n"));
        using var client = new Client(server.Url);
        Assert.Equal(200, await client.Run(static async http =>
            (await http.Get("/", redirects: true, headers: new HttpHeader("Cookie", "own=secret"))).Status));
        Assert.DoesNotContain("Cookie", foreign[0], StringComparison.Ordinal);
        Assert.Contains("\r\nCookie: sid=1\r\n", foreign[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    public async Task What_may_be_sent_twice_still_may_be_after_a_redirect(string method, bool isRepeated)
    {
        using var other = new ScriptedServer(
            static async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await peer.ReadRequest();
            },
            ScriptedServer.Always("HTTP/1.1 204 No Content\r\n\r\n"));
        using var server = new ScriptedServer(ScriptedServer.Always(
            $"HTTP/1.1 307 T\r\nLocation: {other.Url}b\r\nContent-Length: 0\r\n\r\n"));
        using var client = new Client(server.Url);
        Assert.Equal(isRepeated ? FailureKind.None : FailureKind.Closed, await client.Run(async http =>
        {
            await http.Get(other.Url + "warm");
            return (await http.Send(method, "/a", redirects: true)).Failure;
        }));
        Assert.Equal(isRepeated ? 2 : 1, other.Accepted);
    }

    [Fact]
    public async Task A_streamed_body_begins_again()
    {
        var got = new List<string>();
        using var server = new ScriptedServer(Recording(got, static request => request.Split(' ')[1] == "/a"
            ? "HTTP/1.1 307 T\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n" : Hello));
        using var client = new Client(server.Url);
        var content = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 20_000)));
        Assert.Equal(200, await client.Run(
            async http => (await http.Post("/a", RequestBody.Bytes(content), redirects: true)).Status));
        Assert.All(got, request =>
            Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(content), request, StringComparison.Ordinal));
        Assert.Equal(2, got.Count);
    }

    [Fact]
    public async Task What_must_not_be_followed_fails_with_its_own_kind()
    {
        using var server = new ScriptedServer(
            ScriptedServer.Always("HTTP/1.1 302 F\r\nLocation: gopher://x/\r\nContent-Length: 0\r\n\r\n"));
        using var client = new Client(server.Url, adjust: static settings => settings with { FollowsRedirects = true });
        Assert.Equal(FailureKind.RedirectRefused, (await client.Get()).Failure);
        Assert.Contains("gopher", client.Example(FailureKind.RedirectRefused), StringComparison.Ordinal);
    }

    static string? Judge(int status, string method, string from, string location, out RedirectRule rule) =>
        RedirectRule.Judge(status, Encoding.ASCII.GetBytes(method), new Uri(from), Encoding.Latin1.GetBytes(location),
            out rule);

    static Func<ScriptedServer.Peer, Task> Recording(List<string> requests, Func<string, string> answer) =>
        async peer =>
    {
        while (await peer.ReadRequest() is { } request)
        {
            requests.Add(request);
            await peer.Send(answer(request));
        }
    };
}
