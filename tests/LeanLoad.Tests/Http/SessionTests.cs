using System.Diagnostics;
using System.Net;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Sessions and connections against a server that does what is scripted, on both pollers.</summary>
public sealed class SessionTests
{
    const string Hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    [Theory, ForEachPoller]
    public async Task One_connection_serves_many_requests(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 20; count++)
        {
            Assert.Equal(new Seen(200, FailureKind.None, 5, "hello"), await client.Get());
        }

        Assert.Equal(1, server.Accepted);
        Assert.Equal(1, client.Ask(static loop => loop.Connections));
        Assert.Equal(0, client.Ask(static loop => loop.InFlight));
    }

    [Theory, ForEachPoller]
    public async Task A_body_that_ends_with_the_connection_is_whole(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Once("HTTP/1.0 200 OK\r\n\r\nall of it"));
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 3; count++) Assert.Equal("all of it", (await client.Get()).Body);
        Assert.Equal(3, server.Accepted);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    [Theory, ForEachPoller]
    public async Task A_response_may_come_byte_by_byte(PollerChoice choice)
    {
        const string response = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
            + "chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: x\r\n\r\n";
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is not null) await peer.Drip(response);
        });
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 2; count++)
        {
            Assert.Equal(new Seen(200, FailureKind.None, 5, "hello"), await client.Get());
        }

        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Bytes_behind_a_response_end_the_connection_and_belong_to_nobody(PollerChoice choice)
    {
        using var server =
            new ScriptedServer(ScriptedServer.Always(Hello + "HTTP/1.1 500 Evil\r\nContent-Length: 0\r\n\r\n"));
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 3; count++) Assert.Equal(200, (await client.Get()).Status);
        Assert.Equal(3, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task Bytes_that_come_while_idle_end_the_connection(PollerChoice choice)
    {
        using var spoke = new SemaphoreSlim(0);
        using var server = new ScriptedServer(
            async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await spoke.WaitAsync();
                await peer.Send("HTTP/1.1 500 Evil\r\nContent-Length: 0\r\n\r\n");
                await peer.Stay();
            },
            ScriptedServer.Always(Hello));
        using var client = new Client(server.Url, choice);
        await client.Get();
        spoke.Release();
        Assert.True(SpinWait.SpinUntil(() => client.Ask(static loop => loop.Connections) == 0, 5000));
        Assert.Equal(200, (await client.Get()).Status);
        Assert.Equal(2, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task A_connection_closed_while_idle_is_replaced(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Once(Hello));
        using var client = new Client(server.Url, choice);
        await client.Get();
        Assert.True(SpinWait.SpinUntil(() => client.Ask(static loop => loop.Connections) == 0, 5000));
        Assert.Equal(200, (await client.Get()).Status);
        Assert.Equal(0, client.Ask(static loop => loop.Repeats));
    }

    [Theory, ForEachPoller]
    public async Task A_GET_that_meets_a_connection_just_closed_is_sent_again_once_and_counted(PollerChoice choice)
    {
        // The server takes the second request and closes without a word: just as if its FIN had crossed it.
        using var server = new ScriptedServer(
            async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await peer.ReadRequest();
            },
            ScriptedServer.Always(Hello));
        using var client = new Client(server.Url, choice);
        var seen = await client.Run(async http =>
        {
            await http.Get("/");
            return Client.See(await http.Get("/", keep: Keep.Body), Keep.Body);
        });
        Assert.Equal("hello", seen.Body);
        Assert.Equal(1, client.Ask(static loop => loop.Repeats));
        Assert.Equal(2, client.Ask(static loop => loop.Requests.Requests));
    }

    [Theory, ForEachPoller]
    public async Task A_POST_whose_bytes_were_sent_is_not_sent_again(PollerChoice choice)
    {
        using var server = new ScriptedServer(
            async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await peer.ReadRequest();
            },
            ScriptedServer.Always(Hello));
        using var client = new Client(server.Url, choice);
        var failure = await client.Run(async http =>
        {
            await http.Get("/");
            return (await http.Post($"/", "order one"u8)).Failure;
        });
        Assert.Equal(FailureKind.Closed, failure);
        Assert.Equal(0, client.Ask(static loop => loop.Repeats));
        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task A_server_that_never_answers_is_not_asked_again_for_ever(PollerChoice choice)
    {
        using var server = new ScriptedServer(
            async peer =>
            {
                await peer.ReadRequest();
                await peer.Send(Hello);
                await peer.ReadRequest();
            },
            static async peer => await peer.ReadRequest());
        using var client = new Client(server.Url, choice);
        await client.Get();
        Assert.Equal(FailureKind.Closed, (await client.Get()).Failure);
        Assert.Equal(2, server.Accepted);
        Assert.Contains("before a response came", client.Example(FailureKind.Closed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2", FailureKind.Malformed, "no HTTP/1.x response")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", FailureKind.Malformed,
        "HTTP/1.1 200 OK")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FailureKind.Malformed, "chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", FailureKind.Closed, "whole")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", FailureKind.Closed, "whole")]
    [InlineData("", FailureKind.Closed, "before a response came")]
    public async Task What_is_no_response_fails_with_its_kind_and_an_example(string bytes, FailureKind kind, string why)
    {
        foreach (var choice in Enum.GetValues<PollerChoice>())
        {
            using var server = new ScriptedServer(ScriptedServer.Once(bytes));
            using var client = new Client(server.Url, choice);
            var seen = await client.Get();
            Assert.Equal((kind, 0), (seen.Failure, seen.Status));
            Assert.Contains(why, client.Example(kind), StringComparison.Ordinal);
            Assert.Equal(0, client.Ask(static loop => loop.Connections));
        }
    }

    [Fact]
    public async Task Seventeen_interim_responses_are_too_many()
    {
        using var server = new ScriptedServer(
            ScriptedServer.Once(string.Concat(Enumerable.Repeat("HTTP/1.1 100 C\r\n\r\n", 17)) + Hello));
        using var client = new Client(server.Url);
        Assert.Equal(FailureKind.TooManyInterim, (await client.Get()).Failure);
    }

    [Theory, ForEachPoller]
    public async Task A_server_that_drips_meets_the_deadline(PollerChoice choice)
    {
        using var server = new ScriptedServer(static async peer =>
        {
            await peer.ReadRequest();
            await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
            await peer.Drip(new string('x', 100000), 1, 20);
        });
        using var client = new Client(server.Url, choice, TimeSpan.FromMilliseconds(150));
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Contains("not whole within 0.15 s", client.Example(FailureKind.Timeout), StringComparison.Ordinal);
        Assert.Equal(0, client.Ask(static loop => loop.Connections));
    }

    [Theory, ForEachPoller]
    public async Task A_server_that_says_nothing_meets_the_deadline_and_the_next_request_has_its_own(
        PollerChoice choice)
    {
        using var server = new ScriptedServer(static peer => peer.Stay(), ScriptedServer.Always(Hello));
        using var client = new Client(server.Url, choice, TimeSpan.FromMilliseconds(150));
        Assert.Equal(FailureKind.Timeout, (await client.Get()).Failure);
        Assert.Equal(200, (await client.Get()).Status);
    }

    [Theory, ForEachPoller]
    public async Task A_call_that_comes_long_after_it_was_due_has_its_whole_deadline(PollerChoice choice)
    {
        using var server = new ScriptedServer(static async peer =>
        {
            while (await peer.ReadRequest() is not null)
            {
                await Task.Delay(100);
                await peer.Send(Hello);
            }
        });
        using var client = new Client(server.Url, choice, TimeSpan.FromSeconds(20));
        Assert.Equal(200, await client.Run(static async http =>
        {
            http.NextDueAt = Stopwatch.GetTimestamp() - 60 * Stopwatch.Frequency;
            return (await http.Get("/")).Status;
        }));
        // It is late all the same, and says so.
        Assert.InRange(client.Row().Response.MaxUs, 60_000_000, 80_000_000);
    }

    [Theory, ForEachPoller]
    public async Task HEAD_has_no_body_and_keeps_the_connection(PollerChoice choice)
    {
        using var server = new ScriptedServer(ScriptedServer.Always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
        using var client = new Client(server.Url, choice);
        for (var count = 0; count < 2; count++)
        {
            var (status, length) = await client.Run(static async http =>
            {
                var response = await http.Head($"/");
                return (response.Header("content-length"), response.BodyLength);
            });
            Assert.Equal(("5", 0L), (status, length));
        }

        Assert.Equal(1, server.Accepted);
    }

    [Theory, ForEachPoller]
    public async Task A_large_body_is_kept_whole_or_drained_and_counted(PollerChoice choice)
    {
        var large = string.Concat(Enumerable.Range(0, 400_000).Select(static number => (char)('a' + number % 23)));
        var chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(large.Chunk(70_000)
            .Select(static part => $"{part.Length:x}\r\n{new string(part)}\r\n")) + "0\r\n\r\n";
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request)
            {
                await peer.Send(request.Contains("/chunked", StringComparison.Ordinal) ? chunked
                    : $"HTTP/1.1 200 OK\r\nContent-Length: {large.Length}\r\n\r\n{large}");
            }
        });
        using var client = new Client(server.Url, choice);
        foreach (var url in new[] { "/", "/chunked", "/" })
        {
            Assert.Equal(new Seen(200, FailureKind.None, large.Length, large), await client.Get(url));
            Assert.Equal(new Seen(200, FailureKind.None, large.Length, ""), await client.Get(url, Keep.Nothing));
        }

        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public async Task A_body_to_be_kept_over_64_MiB_fails_as_too_large_and_nothing_of_it_is_promised()
    {
        using var server = new ScriptedServer(async peer =>
        {
            await peer.ReadRequest();
            await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
            var piece = new byte[1 << 20];
            while (true) await peer.Send(piece);
        });
        using var client = new Client(server.Url, timeout: TimeSpan.FromSeconds(60));
        Assert.Equal(FailureKind.TooLarge, (await client.Get()).Failure);
    }

    [Theory, ForEachPoller]
    public async Task A_large_request_is_sent_whole_to_a_server_that_reads_late(PollerChoice choice)
    {
        var body = new byte[60_000];
        new Random(1).NextBytes(body);
        string? got = null;
        using var server = new ScriptedServer(async peer =>
        {
            peer.Socket.ReceiveBufferSize = 4096;
            got = await peer.ReadRequest();
            await peer.Send(Hello);
            await peer.Stay();
        });
        using var client = new Client(server.Url, choice);
        Assert.Equal(200, await client.Run(async http => (await http.Post($"/", body)).Status));
        Assert.EndsWith(System.Text.Encoding.Latin1.GetString(body), got, StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task One_session_talks_to_two_origins_each_over_its_own_connection(PollerChoice choice)
    {
        using var first = new ScriptedServer(ScriptedServer.Always("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"));
        using var second = new ScriptedServer(ScriptedServer.Always("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"));
        using var client = new Client(first.Url, choice);
        for (var count = 0; count < 3; count++)
        {
            Assert.Equal("1", (await client.Get("/a")).Body);
            Assert.Equal("2", (await client.Get($"{second.Url}b")).Body);
        }

        Assert.Equal((1, 1), (first.Accepted, second.Accepted));
    }

    [Theory, ForEachPoller]
    public async Task A_name_that_does_not_resolve_is_told(PollerChoice choice)
    {
        using var client = new Client(new Uri("http://no-such-host.invalid/"), choice);
        Assert.Equal(FailureKind.Resolve, (await client.Get()).Failure);
        Assert.Contains("\"no-such-host.invalid\" does not resolve", client.Example(FailureKind.Resolve),
            StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task A_refused_connection_is_told(PollerChoice choice)
    {
        int port;
        using (var server = new ScriptedServer(ScriptedServer.Always(Hello))) port = server.Port;
        using var client = new Client(new Uri($"http://127.0.0.1:{port}/"), choice);
        Assert.Equal(FailureKind.Connect, (await client.Get()).Failure);
        Assert.Contains("refused", client.Example(FailureKind.Connect), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_IPv6_address_is_reached_and_stands_in_brackets_in_Host()
    {
        string? got = null;
        using var server = new ScriptedServer(IPAddress.IPv6Loopback, async peer =>
        {
            got = await peer.ReadRequest();
            await peer.Send(Hello);
        });
        using var client = new Client(new Uri($"http://[::1]:{server.Port}/"));
        Assert.Equal(200, (await client.Get()).Status);
        Assert.Contains($"Host: [::1]:{server.Port}\r\n", got, StringComparison.Ordinal);
    }

    [Theory, ForEachPoller]
    public async Task A_reset_during_the_body_fails_also_one_that_ends_with_the_connection(PollerChoice choice)
    {
        using var read = new SemaphoreSlim(0);
        using var server = new ScriptedServer(async peer =>
        {
            await peer.ReadRequest();
            await peer.Send("HTTP/1.1 200 OK\r\n\r\nsome");
            await read.WaitAsync();
            peer.Reset();
        });
        using var client = new Client(server.Url, choice);
        var get = client.Get();
        Assert.True(SpinWait.SpinUntil(() => client.Ask(static loop => loop.Received.Turn) > 0, 5000));
        read.Release();
        Assert.Equal(FailureKind.Closed, (await get).Failure);
    }

    [Fact]
    public async Task Closing_a_session_cuts_what_is_in_flight_and_refuses_what_comes()
    {
        using var server = new ScriptedServer(static peer => peer.Stay());
        using var client = new Client(server.Url);
        var get = client.Get();
        Assert.True(SpinWait.SpinUntil(() => client.Ask(static loop => loop.InFlight) == 1, 5000));
        await client.Run(static http =>
        {
            http.Close();
            return Task.FromResult(0);
        });
        Assert.Equal(FailureKind.Cut, (await get).Failure);
        Assert.Equal(FailureKind.Cut, (await client.Get()).Failure);
        Assert.Equal(0, client.Ask(static loop => loop.Requests.Requests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_can_be_read_until_the_next_await_however_the_packets_fall(bool apart)
    {
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is not null)
            {
                if (apart) await peer.Drip("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello", 10, 2);
                else await peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello");
            }
        });
        using var client = new Client(server.Url);
        var message = await client.Run(static async http =>
        {
            var response = await http.Get("/");
            Assert.Equal("y", response.Header("x"));
            Assert.Null(response.Header("z"));
            await Task.Yield();
            return Assert.Throws<InvalidOperationException>(() => response.Header("x")).Message;
        });
        Assert.Contains("Keep.Headers", message, StringComparison.Ordinal);
        Assert.Equal("y", await client.Run(static async http =>
        {
            var response = await http.Get("/", keep: Keep.Headers);
            await Task.Delay(5);
            return response.Header("X");
        }));
    }

    [Fact]
    public async Task A_misused_response_says_what_to_do()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url);
        await client.Run(static async http =>
        {
            var first = await http.Get("/");
            Assert.Contains("Keep.Body", NoBody(first), StringComparison.Ordinal);
            var pending = http.Get("/");
            Assert.Contains("until the same user's next request",
                Assert.Throws<InvalidOperationException>(() => first.Status).Message, StringComparison.Ordinal);
            Assert.Contains("one request at a time", Assert.Throws<InvalidOperationException>(
                () => Forget(http.Get("/"))).Message, StringComparison.Ordinal);
            await pending;
            Assert.Throws<InvalidOperationException>(static () => default(HttpResponse).Status);
            return 0;
        });
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.Session.Get("/"));

        static string NoBody(HttpResponse response) =>
            Assert.Throws<InvalidOperationException>(() => response.Body.Length).Message;
        static object? Forget(ValueTask<HttpResponse> task) => task.IsCompleted ? task : null;
    }

    [Fact]
    public async Task A_check_that_fails_is_counted_once_with_its_reason()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url);
        Assert.Equal((false, false, FailureKind.Rejected), await client.Run(static async http =>
        {
            var response = await http.Get("/");
            var (first, second) = (response.Check(404), response.Check(404));
            response.Fail("again");
            return (first, second, response.Failure);
        }));
        Assert.Equal((1L, 1L), client.Ask(static loop => (loop.Requests.Requests, loop.Requests.Failures)));
        Assert.Equal("status 200, expected 404", client.Example(FailureKind.Rejected));
    }

    [Fact]
    public async Task What_is_not_counted_leaves_no_trace_in_the_statistics()
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url);
        var status = await client.Run(async http =>
        {
            var own = new HttpSession(client.Loop, http.Context, isCounted: false);
            var response = await own.Get("/secret");
            response.Fail("whatever");
            own.Close();
            return response.Status;
        });
        Assert.Equal(200, status);
        Assert.Equal((0L, 0L, 1),
            client.Ask(static loop => (loop.Requests.Requests, loop.Requests.Failures, loop.Requests.Names.Count)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_thousand_requests_allocate_not_one_byte(bool isPost)
    {
        using var server = new ScriptedServer(ScriptedServer.Always(Hello));
        using var client = new Client(server.Url);
        Assert.Equal(0, await client.LeastAllocated(requests: 10_000, isPost));
    }
}
