using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CsCheck;
using LeanLoad.Control;
using LeanLoad.Tests.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Control;

public sealed class ControlSocketTests : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-");

    string SocketPath => Path.Combine(directory.FullName, "c.sock");

    [Fact]
    public void Only_its_own_user_may_use_it_and_it_is_gone_with_the_run()
    {
        using (Open())
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
            }

            Assert.False(ControlSocket.TryOpen(SocketPath, out _, out var problem));
            Assert.Contains("another process listens there", problem, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void What_a_killed_process_left_is_replaced()
    {
        StaleSocket.Leave(SocketPath);
        using (Open())
        {
        }

        // To who connects, a file and a socket that nobody serves are the same.
        File.WriteAllText(SocketPath, "");
        Assert.False(ControlSocket.TryOpen(SocketPath, out _, out var problem));
        Assert.Contains("is no socket", problem, StringComparison.Ordinal);
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public void A_path_that_no_socket_can_have_is_refused_with_the_option()
    {
        Assert.False(
            ControlSocket.TryOpen(Path.Combine(directory.FullName, new string('x', 120)), out _, out var problem));
        Assert.Contains("--control", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"command\":\"status\",\"id\":7}", "{\"id\":7,\"did\":\"Status 0 0\",\"ok\":true}")]
    [InlineData("{\"command\":\"users\",\"users\":100,\"id\":\"a\"}",
        "{\"id\":\"a\",\"did\":\"Users 100 0\",\"ok\":true}")]
    [InlineData("{\"command\":\"rate\",\"rate\":2.5}", "{\"did\":\"Rate 0 2.5\",\"ok\":true}")]
    [InlineData("{\"command\":\"reset\"}", "{\"did\":\"Reset 0 0\",\"ok\":true}")]
    [InlineData("{\"command\":\"stop\"}", "not now")]
    [InlineData("{\"command\":\"users\"}", "whole number from 0")]
    [InlineData("{\"command\":\"users\",\"users\":1.5}", "whole number from 0")]
    [InlineData("{\"command\":\"users\",\"users\":-1}", "whole number from 0")]
    [InlineData("{\"command\":\"users\",\"users\":1e9}", "whole number from 0")]
    [InlineData("{\"command\":\"rate\",\"rate\":\"fast\"}", "arrivals per second")]
    [InlineData("{\"command\":\"status\",\"users\":1}", "means nothing")]
    [InlineData("{\"command\":5}", "missing or no text")]
    [InlineData("{\"command\":\"quit\"}", "unknown")]
    [InlineData("[]", "a JSON object")]
    [InlineData("nonsense", "no JSON")]
    [InlineData("{\"command\":\"\\ud800\"}", "no JSON")]
    [InlineData("{\"command\":\"status\",\"\\udc00\":1}", "no JSON")]
    [InlineData("{\"command\":\"status\",\"id\":\"\\ud800\"}", "no JSON")]
    [InlineData("{\"command\":\"stop\",\"scenario\":\"caf\u00E9\"}", "no JSON", "latin1")]
    [InlineData("{\"command\":\"status\",\"\u00E9\":1}", "no JSON", "latin1")]
    public void A_line_is_done_or_refused_and_always_answered(string line, string says, string encoding = "utf-8")
    {
        using var socket = Open();
        using var client = Connect();
        client.Send(Encoding.GetEncoding(encoding).GetBytes(line + "\n"));
        var reply = Replies(socket, client, 1).Single();
        Assert.Contains(says, reply.Replace("\\u0022", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(reply);
        Assert.Equal(says.StartsWith('{'), json.RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void Any_bytes_get_an_answer_a_line_and_never_a_crash() =>
        Gen.Select(Gen.Byte.Array[0, 60].Array[1, 20], Gen.Int[1, 7]).Sample((lines, piece) =>
    {
        using var socket = Open();
        using var client = Connect();
        // Neither a line end nor white space alone: that would be no line.
        var sent = lines.Select(
            static line => (byte[])[(byte)'x', .. line.Where(static value => value != '\n'), (byte)'\n']).ToArray();
        var all = sent.SelectMany(static line => line).ToArray();
        for (var at = 0; at < all.Length; at += piece * 10)
        {
            client.Send(all.AsSpan(at, Math.Min(piece * 10, all.Length - at)));
        }

        Assert.All(Replies(socket, client, sent.Length),
            static reply => Assert.Contains("no JSON", reply, StringComparison.Ordinal));
    }, iter: 50, threads: 1);

    [Fact]
    public void A_line_too_long_is_refused_and_a_ninth_client_too()
    {
        using var socket = Open();
        using var client = Connect();
        client.Send(new byte[ControlClient.MaxLine + 10]);
        Assert.Contains("longer than 4096", Replies(socket, client, 1).Single(), StringComparison.Ordinal);

        var clients = Enumerable.Range(0, ControlSocket.MostClients + 1).Select(_ => Connect()).ToList();
        for (var step = 0; step < 30; step++) socket.Serve(TimeSpan.Zero, Do);
        Assert.Contains("which is the most", Replies(socket, clients[^1], 1).Single(), StringComparison.Ordinal);
        foreach (var one in clients) one.Dispose();
    }

    public void Dispose() => directory.Delete(recursive: true);

    static string? Do(in ControlCommand command, Utf8JsonWriter reply)
    {
        if (command.Verb == ControlVerb.Stop) return "not now";
        reply.WriteString("did", FormattableString.Invariant($"{command.Verb} {command.Users} {command.PerSecond}"));
        return null;
    }

    ControlSocket Open()
    {
        Assert.True(ControlSocket.TryOpen(SocketPath, out var socket, out var problem), problem);
        return socket;
    }

    Socket Connect()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        client.Blocking = false;
        return client;
    }

    static List<string> Replies(ControlSocket socket, Socket client, int count)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        for (var step = 0; step < 2000; step++)
        {
            socket.Serve(TimeSpan.FromMilliseconds(1), Do);
            var got = client.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success) text.Append(Encoding.UTF8.GetString(buffer, 0, got));
            if (text.ToString().Count(static letter => letter == '\n') >= count) break;
        }

        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
