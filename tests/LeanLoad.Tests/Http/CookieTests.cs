using System.Text;
using LeanLoad.Http;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>RFC 6265bis: whose a cookie may be, and with which requests it goes.</summary>
public sealed class CookieTests
{
    const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData("a=b", "a=b")]
    [InlineData(" a = b ; Path=/", "a=b")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("a=", "a=")]
    [InlineData("=b", "b")]
    [InlineData("b", "b")]
    [InlineData("a=\"b c\"", "a=\"b c\"")]
    [InlineData("", null)]
    [InlineData(";Path=/", null)]
    [InlineData("a=b\u0001", null)]
    [InlineData("a=b; Domain=www.shop.test", "a=b")]
    [InlineData("a=b; Domain=.SHOP.test", "a=b")]
    [InlineData("a=b; Domain=other.test", null)]
    [InlineData("a=b; Domain=op.test", null)]
    [InlineData("a=b; Domain=sub.www.shop.test", null)]
    [InlineData("a=b; Domain=test", null)]
    [InlineData("a=b; Domain=other.test; Domain=shop.test", "a=b")]
    [InlineData("a=b; Domain=", "a=b")]
    [InlineData("a=b; Secure", null)]
    [InlineData("__Secure-a=b", null)]
    [InlineData("__host-a=b; Path=/", null)]
    [InlineData("=__Secure-a", null)]
    public void Is_taken_from_plain_http_or_ignored(string header, string? text) =>
        Assert.Equal(text, Read(header, isSecure: false) is { } cookie ? Encoding.Latin1.GetString(cookie.Text) : null);

    [Theory]
    [InlineData("a=b; secure", true)]
    [InlineData("__Secure-a=b; Secure", true)]
    [InlineData("__Secure-a=b", false)]
    [InlineData("__Host-a=b; Secure; Path=/", true)]
    [InlineData("__Host-a=b; Secure", false)]
    [InlineData("__Host-a=b; Secure; Path=/; Domain=www.shop.test", false)]
    [InlineData("__HOST-a=b; Secure; Path=/x", false)]
    public void Is_taken_from_https_or_ignored(string header, bool isTaken) =>
        Assert.Equal(isTaken, Read(header, isSecure: true) is not null);

    [Fact]
    public void What_is_too_long_is_ignored()
    {
        Assert.NotNull(Read("a=" + new string('b', 4095)));
        Assert.Null(Read("a=" + new string('b', 4096)));
        Assert.Equal("/", Encoding.Latin1.GetString(Read("a=b; Path=/" + new string('b', 1024))!.Path[..1]));
        Assert.Equal("/d", Encoding.Latin1.GetString(Read("a=b; Path=/" + new string('b', 1024))!.Path));
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z")]
    [InlineData("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z")]
    [InlineData("6 nov 2094 8:9:7", "2094-11-06T08:09:07Z")]
    [InlineData("06-Nov-69 08:49:37x", "2069-11-06T08:49:37Z")]
    [InlineData("06 Nov 1994", null)]
    [InlineData("32 Nov 1994 08:49:37", null)]
    [InlineData("30 Feb 1994 08:49:37", null)]
    [InlineData("06 Nov 1600 08:49:37", null)]
    [InlineData("06 Nov 1994 24:49:37", null)]
    [InlineData("06 Nox 1994 08:49:37", null)]
    [InlineData("", null)]
    public void A_date_is_read_in_any_order(string text, string? date) => Assert.Equal(
        date is null ? (long?)null
            : DateTimeOffset.Parse(date, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
        CookieDate.TryRead(Encoding.Latin1.GetBytes(text), out var at) ? (long?)at : null);

    [Theory]
    [InlineData("a=b", long.MaxValue)]
    [InlineData("a=b; Max-Age=10", Now + 10_000)]
    [InlineData("a=b; Max-Age=10; Expires=Sun, 06 Nov 1994 08:49:37 GMT", Now + 10_000)]
    [InlineData("a=b; Max-Age=0", long.MinValue)]
    [InlineData("a=b; Max-Age=-5", long.MinValue)]
    [InlineData("a=b; Max-Age=5x", long.MaxValue)]
    [InlineData("a=b; Max-Age=99999999999999999999", Now + 400L * 86_400_000)]
    [InlineData("a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT", 784111777000)]
    [InlineData("a=b; Expires=never", long.MaxValue)]
    public void Lasts_as_long_as_it_says_and_400_days_at_most(string header, long until) =>
        Assert.Equal(until, Read(header)!.ExpiresAtMs);

    /// <summary>Set on http://www.shop.test/d/f; then whether it goes with a URL.</summary>
    [Theory]
    [InlineData("a=b", "http://www.shop.test/d/x?y", true)]
    [InlineData("a=b", "http://www.shop.test/d", true)]
    [InlineData("a=b", "http://www.shop.test/dx", false)]
    [InlineData("a=b", "http://www.shop.test/", false)]
    [InlineData("a=b; Path=/", "http://www.shop.test/", true)]
    [InlineData("a=b; Path=/", "http://sub.www.shop.test/", false)]
    [InlineData("a=b; Path=/", "http://shop.test/", false)]
    [InlineData("a=b; Path=/; Domain=shop.test", "http://shop.test/", true)]
    [InlineData("a=b; Path=/; Domain=shop.test", "http://api.shop.test/", true)]
    [InlineData("a=b; Path=/; Domain=shop.test", "http://myshop.test/", false)]
    [InlineData("a=b; Path=/; Max-Age=0", "http://www.shop.test/", false)]
    [InlineData("a=b; Path=/p/", "http://www.shop.test/p", false)]
    [InlineData("a=b; Path=/p/", "http://www.shop.test/p/q", true)]
    public void Goes_only_where_it_belongs(string header, string url, bool goes)
    {
        var jar = new CookieJar();
        jar.Store(Read(header)!, false, Now);
        Assert.Equal(goes ? "Cookie: a=b\r\n" : "", Sent(jar, new Uri(url)));
    }

    [Fact]
    public void A_secure_one_goes_over_https_alone_and_plain_http_does_not_displace_it()
    {
        var jar = new CookieJar();
        jar.Store(Read("a=b; Secure; Path=/", isSecure: true)!, true, Now);
        Assert.Equal("", Sent(jar, new Uri("http://www.shop.test/")));
        jar.Store(Read("a=evil; Path=/")!, false, Now);
        Assert.Equal("Cookie: a=b\r\n", Sent(jar, new Uri("https://www.shop.test/")));
    }

    [Fact]
    public void Longer_paths_go_first_and_a_new_value_keeps_its_place()
    {
        var jar = new CookieJar();
        foreach (var header in new[] { "a=1; Path=/", "b=2; Path=/d", "c=3; Path=/", "a=4; Path=/" })
        {
            jar.Store(Read(header)!, false, Now);
        }

        Assert.Equal("Cookie: b=2; a=4; c=3\r\n", Sent(jar, new Uri("http://www.shop.test/d/")));
        jar.Store(Read("a=; Path=/; Max-Age=0")!, false, Now);
        Assert.Equal("Cookie: b=2; c=3\r\n", Sent(jar, new Uri("http://www.shop.test/d/")));
    }

    [Fact]
    public void A_jar_stays_within_its_limits_and_the_oldest_go()
    {
        var jar = new CookieJar();
        for (var count = 0; count < 200; count++) jar.Store(Read($"n{count}=v; Path=/")!, false, Now);
        Assert.Equal(CookieJar.MaxCookies, jar.Count);
        Assert.StartsWith("Cookie: n150=v; n151=v", Sent(jar, new Uri("http://www.shop.test/")),
            StringComparison.Ordinal);
        for (var count = 0; count < 50; count++)
        {
            jar.Store(Read($"n{count}={new string('x', 4000)}; Path=/")!, false, Now);
        }

        Assert.InRange(jar.Bytes, 4000, CookieJar.MaxBytes);
        Assert.False(jar.TryGet("n45"u8, Now, out _));
        Assert.True(jar.TryGet("n49"u8, Now, out var value));
        Assert.Equal(4000, value.Length);
    }

    [Fact]
    public async Task A_user_sends_back_what_it_was_given_and_no_other_user_does()
    {
        var got = new List<string>();
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                got.Add(request);
                await peer.Send("HTTP/1.1 200 OK\r\nSet-Cookie: id=7; Path=/\r\nSet-Cookie: x=y; "
                    + "Path=/other\r\nContent-Length: 0\r\n\r\n");
            }
        });
        using var client = new Client(server.Url);
        var seen = await client.Run(static async http =>
        {
            await http.Get("/a/b?c");
            var first = http.Cookie("id");
            await http.Get("/");
            await http.Get("/", headers: new HttpHeader("Cookie", "own=1"));
            http.ClearCookies();
            await http.Get("/");
            return (first, http.Cookie("id"), http.Cookie("none"));
        });
        Assert.Equal(("7", "7", null), seen);
        Assert.Equal([null, "Cookie: id=7", "Cookie: own=1", null], got.Select(static request => request.Split("\r\n")
            .FirstOrDefault(static line => line.StartsWith("Cookie", StringComparison.Ordinal))));
        using var other = new Client(server.Url);
        await other.Get();
        Assert.DoesNotContain("Cookie", got[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_with_cookies_allocate_not_one_byte()
    {
        using var server = new ScriptedServer(async peer =>
        {
            await peer.ReadRequest();
            await peer.Send("HTTP/1.1 200 OK\r\nSet-Cookie: id=7; Path=/\r\nContent-Length: 0\r\n\r\n");
            await ScriptedServer.Always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(peer);
        });
        using var client = new Client(server.Url);
        Assert.Equal(0, await client.Run(async http =>
        {
            var least = long.MaxValue;
            for (var round = 0; round < 4; round++)
            {
                client.FillHistograms();
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var count = 0; count < 1_000; count++)
                {
                    var response = await http.Get($"/{count}");
                    if (response.Failure != FailureKind.None) throw new InvalidOperationException();
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }));
    }

    static Cookie? Read(string header, bool isSecure = false) =>
        SetCookie.Read(Encoding.Latin1.GetBytes(header), "www.shop.test", "/d/f?g/h"u8, isSecure, Now);

    static string Sent(CookieJar jar, Uri url)
    {
        var writer = new RequestWriter();
        writer.Begin();
        writer.EndTarget("GET"u8, default, OwnHeaders.None);
        var from = writer.Request.Length;
        jar.AppendTo(writer, url.Host, Encoding.Latin1.GetBytes(url.PathAndQuery), url.Scheme == "https", Now);
        return Encoding.Latin1.GetString(writer.Request[from..]);
    }
}
