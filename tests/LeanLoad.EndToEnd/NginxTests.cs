using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The published agent against a real server, which counts for itself.</summary>
public sealed class NginxTests(PublishedAgent agent)
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("portable")]
    public async Task Every_request_arrives_once_though_the_server_ends_connections(string poller)
    {
        using var nginx = new Nginx("keepalive_requests 7;");
        nginx.Serve("hundred", new byte[100]);
        var all = await Run($"{nginx.Url}/hundred", iterations: 2000, "--poller", poller);
        Assert.Equal((2000, 0), (all.Requests, all.Failures));
        var served = nginx.Served();
        Assert.Equal(2000, served.Length);
        Assert.All(served, static line => Assert.Equal(("GET", "200", "100"), (line[0], line[2], line[3])));
        // Each connection was used to its end, and none beyond it.
        Assert.Equal(7,
            served.Max(static line => int.Parse(line[4], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_redirect_is_followed_where_asked_and_each_hop_counts()
    {
        using var nginx = new Nginx("location = /old { return 302 /new; } location = /new { return 200 hello; } "
            + "location = /none { return 204; }");
        Assert.Equal((50, 0), await Run($"{nginx.Url}/none", iterations: 50));
        Assert.Equal((100, 0), await Run($"{nginx.Url}/old", iterations: 50, "--redirects"));
        var served = nginx.Served();
        Assert.Equal((50, 50, 50), (served.Count(static line => line[1] == "/none"),
            served.Count(static line => line[1] == "/old"), served.Count(static line => line[1] == "/new")));
    }

    async Task<(long Requests, long Failures)> Run(string url, int iterations, params string[] more)
    {
        using var scratch = new Scratch();
        (await agent.Command("--url", url, "--users", "4", "--iterations", $"{iterations}", "--json",
            scratch["run.json"]).With(more).RunAsync()).Ended(0);
        var all = scratch.Json("run.json").GetProperty("requests").GetProperty("all");
        return (all.GetProperty("requests").GetInt64(), all.GetProperty("failures").GetInt64());
    }
}
