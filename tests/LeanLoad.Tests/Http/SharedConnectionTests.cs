using System.Diagnostics;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Whose a connection is: each user's own, one for each request, or some for all.</summary>
public sealed class SharedConnectionTests
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory, ForEachPoller]
    public async Task Own_connections_are_as_many_as_users(PollerChoice choice)
    {
        using var server = new ScriptedServer(Echo());
        using var client = new Client(server.Url, choice);
        await Crowd(client, users: 10, requests: 5);
        Assert.Equal(10, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Shared_connections_are_no_more_than_asked_for_and_each_user_gets_its_own_answer(
        PollerChoice choice)
    {
        using var server = new ScriptedServer(Echo());
        using var client = Sharing(server, 3, choice);
        await Crowd(client, users: 40, requests: 20);
        Assert.InRange(server.Accepted, 1, 3);
        var (reuses, waited) = client.Ask(
            static loop => (loop.Connecting.SinceTick.Reuses, loop.Connecting.SinceTick[ConnectionStep.Wait].Count));
        Assert.Equal(40 * 20 - server.Accepted, reuses);
        Assert.InRange(waited, 1, 800);
    }

    [Theory, ForEachPoller]
    public async Task A_user_that_gives_up_never_leaves_its_answer_to_the_next(PollerChoice choice)
    {
        // The first answer comes after its user's deadline; it must reach nobody.
        using var server = new ScriptedServer(
            static async peer =>
            {
                await peer.ReadRequest();
                await Task.Delay(400);
                await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlate!");
                await peer.Stay();
            },
            ScriptedServer.Always(Hello));
        using var client = Sharing(server, 1, choice, timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        for (var count = 0; count < 5; count++) Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(2, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Waiting_for_a_connection_is_response_time_and_no_service_time(PollerChoice choice)
    {
        using var server = new ScriptedServer(static async peer =>
        {
            while (await peer.ReadRequest() is not null)
            {
                await Task.Delay(100);
                await peer.Send(Hello);
            }
        });
        using var client = Sharing(server, 1, choice);
        var users = Enumerable.Range(0, 4)
            .Select(_ => client.RunOther(static async http => (await http.Get("/")).Status)).ToArray();
        foreach (var user in users) Assert.Equal(200, await user);
        var row = client.Row();
        Assert.InRange(row.Response.MaxUs, 390_000, 5_000_000);
        Assert.InRange(row.Service.MinUs, 90_000, 250_000);
        Assert.True(row.Service.MaxUs < row.Response.MaxUs - 150_000,
            $"service {row.Service.MaxUs} us, response {row.Response.MaxUs} us");
    }

    [Fact]
    public async Task Waiting_for_a_connection_begins_with_the_call_however_late_it_comes()
    {
        using var server = new ScriptedServer(static async peer =>
        {
            while (await peer.ReadRequest() is not null)
            {
                await Task.Delay(100);
                await peer.Send(Hello);
            }
        });
        using var client = Sharing(server, 1, PollerChoice.Epoll);
        var users = Enumerable.Range(0, 2).Select(_ => client.RunOther(static async http =>
        {
            http.NextDueAt = Stopwatch.GetTimestamp() - 60 * Stopwatch.Frequency;
            return (await http.Get("/")).Status;
        })).ToArray();
        foreach (var user in users) Assert.Equal(200, await user);
        Assert.InRange(client.Ask(static loop => loop.Connecting.SinceTick[ConnectionStep.Wait].MaxUs),
            90_000, 9_000_000);
    }

    [Theory, ForEachPoller]
    public async Task A_redirect_that_waits_for_a_connection_is_cut_and_whom_that_connection_serves_is_not(
        PollerChoice choice)
    {
        var (waits, isAsked, isCut) = (
            new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var got = new List<string>();
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                got.Add(request.Split(' ')[1]);
                if (got.Count == 1)
                {
                    await waits.Task;
                    await peer.Send("HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }

                isAsked.TrySetResult();
                await isCut.Task;
                await peer.Send(Hello);
            }
        });
        using var client = Sharing(server, 1, choice);
        var redirected = client.Run(static async http => (await http.Get("/a", redirects: true)).Failure);
        var served = client.RunOther(static async http => Client.See(await http.Get("/b", keep: Keep.Body), Keep.Body));
        Assert.Equal(2, client.Ask(static loop => loop.InFlight));
        waits.SetResult();
        await isAsked.Task;
        client.Ask(_ =>
        {
            client.Session.Close();
            return 0;
        });
        isCut.SetResult();
        Assert.Equal(FailureKind.Cut, await redirected);
        Assert.Equal("hello", (await served).Body);
        Assert.Equal("hello", (await client.RunOther(
            static async http => Client.See(await http.Get("/c", keep: Keep.Body), Keep.Body))).Body);
        Assert.Equal(["/a", "/b", "/c"], got);
        Assert.Equal(0, client.Ask(static loop => loop.InFlight));
    }

    [Theory, ForEachPoller]
    public async Task A_user_that_waits_too_long_meets_its_deadline_and_leaves_the_queue(PollerChoice choice)
    {
        using var server = new ScriptedServer(static peer => peer.Stay());
        using var client = Sharing(server, 1, choice, timeout: TimeSpan.FromMilliseconds(200));
        var first = client.RunOther(static async http => (await http.Get("/")).Failure);
        var second = client.RunOther(static async http => (await http.Get("/")).Failure);
        Assert.Equal((FailureKind.Timeout, FailureKind.Timeout), (await first, await second));
        Assert.Equal(0, client.Ask(static loop => loop.InFlight));
    }

    [Theory, ForEachPoller]
    public async Task A_target_that_refuses_ends_all_who_wait_one_after_the_other(PollerChoice choice)
    {
        int port;
        using (var gone = new ScriptedServer(ScriptedServer.Always(Hello))) port = gone.Port;
        using var client = new Client(new Uri($"http://127.0.0.1:{port}/"), choice,
            adjust: static settings => settings with { Connections = new ConnectionSharing(1, false) });
        var users = Enumerable.Range(0, 3000)
            .Select(_ => client.RunOther(static async http => (await http.Get("/")).Failure)).ToArray();
        foreach (var user in users) Assert.Equal(FailureKind.Connect, await user);
        Assert.Equal((0, 0), client.Ask(static loop => (loop.InFlight, loop.Connections)));
    }

    [Theory, ForEachPoller]
    public async Task One_connection_per_request_says_so_and_is_closed(PollerChoice choice)
    {
        string? got = null;
        using var server = new ScriptedServer(async peer =>
        {
            got = await peer.ReadRequest();
            await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        });
        using var client = new Client(server.Url, choice,
            adjust: static settings => settings with { Connections = new ConnectionSharing(0, true) });
        for (var count = 0; count < 4; count++) Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(4, server.Accepted);
        Assert.Contains("\r\nConnection: close\r\n", got, StringComparison.Ordinal);
        Assert.Equal((0, 0), client.Ask(static loop => (loop.Connections, (int)loop.Connecting.SinceTick.Reuses)));
    }

    [Theory]
    [InlineData("User-Agent", "own")]
    [InlineData("Connection", "close")]
    [InlineData("Host", "own")]
    public async Task One_connection_per_request_says_so_once_whatever_the_author_and_a_redirect_say(
        string name, string value)
    {
        var got = new List<string>();
        using var server = new ScriptedServer(async peer =>
        {
            got.Add((await peer.ReadRequest())!);
            await peer.Send(got.Count == 1 ? "HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n"
                : Hello);
        });
        using var client = new Client(server.Url,
            adjust: static settings => settings with { Connections = new ConnectionSharing(0, true) });
        Assert.Equal(200, await client.Run(
            async http => (await http.Get("/", redirects: true, headers: new HttpHeader(name, value))).Status));
        Assert.Equal(2, got.Count);
        foreach (var request in got)
        {
            var lines = request.Split("\r\n");
            Assert.Single(lines, "Connection: close");
            foreach (var header in (string[])["Host: ", "User-Agent: "])
            {
                Assert.Single(lines, line => line.StartsWith(header, StringComparison.Ordinal));
            }

            Assert.Contains($"{name}: {value}", lines);
        }
    }

    [Fact]
    public async Task One_connection_per_request_is_closed_even_where_the_server_would_keep_it()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url,
            adjust: static settings => settings with { Connections = new ConnectionSharing(0, true) });
        for (var count = 0; count < 4; count++) Assert.Equal("hello", (await client.Get()).Body);
        Assert.Equal(4, server.Accepted);
    }

    [Theory]
    [InlineData("own", 0, false)]
    [InlineData("per-request", 0, true)]
    [InlineData("50", 50, false)]
    public void The_option_is_read(string text, int shared, bool isPerRequest)
    {
        Assert.True(ConnectionSharing.TryParse(text, out var value, out _));
        Assert.Equal(new ConnectionSharing(shared, isPerRequest), value);
    }

    [Theory]
    [InlineData(7, 3, "3 2 2")]
    [InlineData(2, 2, "1 1")]
    [InlineData(100, 1, "100")]
    public void Loops_divide_shared_connections(int shared, int loops, string each) =>
        Assert.Equal(each, string.Join(' ',
            Enumerable.Range(0, loops).Select(index => new ConnectionSharing(shared, false).OfLoop(index, loops))));

    /// <summary>Each user asks for paths that nobody else asks for, and must get that path back.</summary>
    static async Task Crowd(Client client, int users, int requests)
    {
        var all = Enumerable.Range(0, users).Select(user => client.RunOther(async http =>
        {
            for (var request = 0; request < requests; request++)
            {
                var path = $"/{user}/{request}";
                var response = await http.Get(path, keep: Keep.Body);
                Assert.Equal(path, System.Text.Encoding.Latin1.GetString(response.Body));
            }

            return true;
        })).ToArray();
        foreach (var one in all) Assert.True(await one);
    }

    static Func<ScriptedServer.Peer, Task> Echo() => static async peer =>
    {
        while (await peer.ReadRequest() is { } request)
        {
            var path = request.Split(' ')[1];
            await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {path.Length}\r\n\r\n{path}");
        }
    };

    static Client Sharing(ScriptedServer server, int connections, PollerChoice choice, TimeSpan? timeout = null) =>
        new(server.Url, choice, timeout,
            settings => settings with { Connections = new ConnectionSharing(connections, false) });
}
