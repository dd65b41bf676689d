using System.Net;
using System.Net.Sockets;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Which addresses a host has, in which order they are tried, and when they are asked for again.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("10.0.0.1", 0, "10.0.0.1")]
    [InlineData("::1 10.0.0.1", 0, "10.0.0.1 ::1")]
    [InlineData("10.0.0.1 10.0.0.2 10.0.0.3", 1, "10.0.0.2 10.0.0.3 10.0.0.1")]
    [InlineData("::1 ::2 ::3 10.0.0.1", 0, "10.0.0.1 ::1 ::2 ::3")]
    [InlineData("::1 10.0.0.1 10.0.0.2 ::2", 3, "10.0.0.2 ::2 10.0.0.1 ::1")]
    [InlineData("10.0.0.1 ::1 10.0.0.2 10.0.0.3", 0, "10.0.0.1 ::1 10.0.0.2 10.0.0.3")]
    [InlineData("10.0.0.1 10.0.0.1 ::1 ::1", 7, "10.0.0.1 ::1")]
    public void Families_take_turns_and_each_connection_begins_one_further(string given, uint turn, string tried)
    {
        var list = new AddressList(given.Split(' ').Select(IPAddress.Parse), 80);
        Assert.Equal(tried.Split(' '),
            Enumerable.Range(0, list.Count).Select(attempt => list.At(turn, attempt).Address.ToString()));
    }

    [Fact]
    public void Of_a_name_with_many_addresses_sixteen_are_kept() =>
        Assert.Equal(16, new AddressList(Enumerable.Range(1, 200)
            .Select(static last => new IPAddress([10, 0, 0, (byte)last])), 80).Count);

    [Fact]
    public async Task Old_addresses_are_used_while_new_ones_are_asked_for()
    {
        var clock = new Clock();
        var answers = new Queue<string>(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        var host = new HostAddresses("moving.example", 80, null,
            _ => Task.FromResult(new[] { IPAddress.Parse(answers.Dequeue()) }), clock);
        Assert.False(host.TryGet(out _));
        await host.ResolveAsync();
        Assert.Equal("10.0.0.1", Now(host));
        clock.Advance(HostAddresses.Lifetime);
        Assert.Equal("10.0.0.1", Now(host));
        Assert.Equal(2, answers.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        // The one who finds them old is not held up.
        Assert.Equal("10.0.0.1", Now(host));
        Assert.True(SpinWait.SpinUntil(() => Now(host) == "10.0.0.2", 5000));
        Assert.Single(answers);
    }

    [Fact]
    public async Task A_name_that_stops_resolving_keeps_its_addresses_and_is_asked_for_again_later()
    {
        var (clock, asked, isDown) = (new Clock(), 0, false);
        var host = new HostAddresses("shaky.example", 80, null, _ =>
        {
            asked++;
            return isDown ? throw new SocketException((int)SocketError.TryAgain)
                : Task.FromResult(new[] { IPAddress.Parse($"10.0.0.{asked}") });
        }, clock);
        await host.ResolveAsync();
        isDown = true;
        clock.Advance(HostAddresses.Lifetime * 1.1);
        // Two at most: a second one may begin before the first one's failure is noted.
        for (var look = 0; look < 100; look++)
        {
            Assert.Equal("10.0.0.1", Now(host));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.InRange(Volatile.Read(ref asked), 2, 3);
        isDown = false;
        clock.Advance(HostAddresses.RetryAfter * 1.1);
        Assert.True(SpinWait.SpinUntil(() => Now(host) != "10.0.0.1", 5000));
    }

    [Fact]
    public void An_address_in_words_and_a_rule_are_never_asked_for()
    {
        static Task<IPAddress[]> Nobody(string host) => throw new InvalidOperationException("nobody is asked");
        Assert.Equal("127.0.0.1", Now(new HostAddresses("127.0.0.1", 80, null, Nobody, TimeProvider.System)));
        Assert.Equal("10.9.9.9",
            Now(new HostAddresses("shop.example", 80, [IPAddress.Parse("10.9.9.9")], Nobody, TimeProvider.System)));
    }

    [Theory]
    [InlineData("shop.example:443:127.0.0.1", "shop.example", 443, "127.0.0.1")]
    [InlineData("shop.example:443:[::1]", "SHOP.example", 443, "::1")]
    [InlineData("shop.example:443:::1", "shop.example", 443, "::1")]
    [InlineData("shop.example:443:10.0.0.1,[::1]", "shop.example", 443, "10.0.0.1 ::1")]
    [InlineData("*:80:10.0.0.1", "anything", 80, "10.0.0.1")]
    [InlineData("a:80:10.0.0.1 b:80:10.0.0.2", "b", 80, "10.0.0.2")]
    [InlineData("a:80:10.0.0.1 a:80:10.0.0.2", "a", 80, "10.0.0.2")]
    [InlineData("a:80:10.0.0.1", "a", 81, null)]
    [InlineData("a:80:10.0.0.1", "b", 80, null)]
    public void A_rule_speaks_of_its_host_and_port(string text, string host, int port, string? addresses)
    {
        Assert.True(ResolveRule.TryParse(text, out var rules, out var problem), problem);
        var given = new HttpSettings { ResolveRules = rules }.AddressesGivenFor(host, port);
        Assert.Equal(addresses, given is null ? null : string.Join(' ', given));
    }

    static string Now(HostAddresses host)
    {
        Assert.True(host.TryGet(out var list));
        return list.At(0, 0).Address.ToString();
    }

    /// <summary>A clock that a test moves.</summary>
    sealed class Clock : TimeProvider
    {
        long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref ticks, time.Ticks);
    }
}
