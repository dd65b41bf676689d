using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>HTTPS against a real nginx, at a name that only <c>--resolve</c> knows, with both pollers.</summary>
public sealed class NginxTlsTests(PublishedAgent agent)
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("portable")]
    public async Task Users_keep_their_connection_and_the_server_sees_the_name(string poller)
    {
        using var nginx = new TlsNginx("ssl_protocols TLSv1.3;");
        using var scratch = new Scratch();
        (await To(nginx, "--users", "4", "--iterations", "200", "--poller", poller, "--json", scratch["run.json"])
            .RunAsync()).Ended(0).Said("TLS handshake, full");
        var run = scratch.Json("run.json");
        // Who is quick takes more of the iterations, and may leave none to others.
        var opened = run.GetProperty("connections").GetProperty("opened").GetInt32();
        Assert.InRange(opened, 1, 4);
        Assert.Equal(200 - opened, run.GetProperty("connections").GetProperty("reuses").GetInt32());
        Assert.Equal(200, run.GetProperty("requests").GetProperty("all").GetProperty("firstByteTimeUs")
            .GetProperty("count").GetInt32());
        Assert.All(nginx.Seen, static line => Assert.Equal("shop.example TLSv1.3 . -", line));
        Assert.Equal(200, nginx.Seen.Length);
    }

    [Theory]
    [InlineData("TLSv1.3", "own", 1, 2)]
    [InlineData("TLSv1.2", "own", 1, 2)]
    [InlineData("TLSv1.3", "off", 40, 40)]
    public async Task Sessions_are_resumed_as_asked_and_nginx_agrees(
        string protocol, string resume, int leastFull, int mostFull)
    {
        using var nginx = new TlsNginx($"ssl_protocols {protocol}; ssl_session_cache shared:a:1m;");
        using var scratch = new Scratch();
        (await To(nginx, "--users", "2", "--iterations", "40", "--connections", "per-request", "--tls-resume", resume,
            "--json", scratch["run.json"]).RunAsync()).Ended(0);
        var connections = scratch.Json("run.json").GetProperty("connections");
        var full = connections.GetProperty("fullHandshakeTimeUs").GetProperty("count").GetInt32();
        Assert.InRange(full, leastFull, mostFull);
        Assert.Equal(40 - full, nginx.Seen.Count(line => line == $"shop.example {protocol} r -"));
    }

    [Fact]
    public async Task A_client_certificate_is_shown_and_its_absence_is_an_answer()
    {
        using var nginx = new TlsNginx("ssl_client_certificate CA; ssl_verify_client on;");
        (await To(nginx, "--iterations", "5", "--cert", nginx.ClientCertificate, "--key", nginx.ClientKey).RunAsync())
            .Ended(0);
        Assert.All(nginx.Seen, static line => Assert.EndsWith(" CN=a client", line, StringComparison.Ordinal));
        (await To(nginx, "--iterations", "5").RunAsync()).Said("status 400");
        (await To(nginx, "--iterations", "5", "--cert", nginx.ClientCertificate, "--key", nginx.Authority).RunAsync())
            .Ended(2).Said("--key", "holds no key in PEM form");
    }

    [Theory]
    [InlineData("expired", "has expired")]
    [InlineData("other", "is for another name than \"shop.example\"")]
    public async Task What_is_wrong_with_a_certificate_is_said(string kind, string why)
    {
        using var nginx = new TlsNginx(kind: kind);
        (await To(nginx, "--iterations", "5").RunAsync()).Ended(3).Said("TARGET UNREACHABLE", why);
        (await agent.Command("--url", $"https://127.0.0.1:{nginx.Port}/", "--iterations", "5").RunAsync()).Ended(3)
            .Said("if it is yours, name it with --ca");
    }

    [Fact]
    public async Task A_shaped_user_pays_each_round_trip_once()
    {
        using var nginx = new TlsNginx("ssl_protocols TLSv1.3;");
        using var scratch = new Scratch();
        (await To(nginx, "--users", "3", "--iterations", "12", "--shape", "latency=100ms", "--json",
            scratch["run.json"]).RunAsync()).Ended(0);
        var run = scratch.Json("run.json");
        Assert.InRange(run.GetProperty("connections").GetProperty("connectTimeUs").GetProperty("p50").GetInt32(),
            99_000, 190_000);
        Assert.InRange(run.GetProperty("requests").GetProperty("all").GetProperty("serviceTimeUs").GetProperty("p50")
            .GetInt32(), 99_000, 190_000);
        Assert.Equal("latency=100ms", run.GetProperty("options").GetProperty("shape").GetString());
    }

    Command To(TlsNginx nginx, params string[] options) => agent.Command(
        ["--url", $"https://shop.example:{nginx.Port}/", "--resolve", $"shop.example:{nginx.Port}:127.0.0.1", "--ca",
            nginx.Authority, .. options]);
}
