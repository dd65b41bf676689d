using System.Globalization;
using System.Text;
using LeanLoad.Http;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Every row of <see cref="ResponseCases"/> through a whole engine and a socket: in one write, byte by byte, in two
/// parts, and with the next response right behind it. After each the same user asks for something else and must get
/// exactly that: no hang, no desynchronization.
/// </summary>
public sealed class WireTests
{
    const string Evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL";

    /// <summary>Responses of up to this many bytes are cut at every offset.</summary>
    const int ShortBytes = 70;

    /// <summary>Cuts tried in any response; the parsers' own tests try every one.</summary>
    const int CutsAtMost = 12;

    static readonly IReadOnlyList<Row> Rows =
    [
        .. ResponseCases.Valid.Select(
            static row => new Row(row.Data.Item1, row.Data.Item2, row.Data.Item3, row.Data.Item4, FailureKind.None)),
        .. ResponseCases.Invalid.Select(static row => new Row(row.Data.Item1, row.Data.Item2, 0, "", row.Data.Item3)),
        new Row("our limit: seventeen interim", string.Concat(Enumerable.Repeat("HTTP/1.1 103 E\r\n\r\n", 17)) + Evil,
            0, "", FailureKind.TooManyInterim),
    ];

    [Theory, ForEachPoller]
    public Task In_one_write(PollerChoice choice) => Differences(choice, static _ => ["whole"]);

    [Theory, ForEachPoller]
    public Task Byte_by_byte(PollerChoice choice) => Differences(choice, static _ => ["bytes"]);

    [Theory, ForEachPoller]
    public Task In_two_parts(PollerChoice choice) => Differences(choice, static row =>
    {
        var step = 1 + row.Wire.Length / CutsAtMost;
        return Enumerable.Range(0, row.Wire.Length / step).Select(index => $"cut{1 + index * step}");
    });

    [Fact]
    public Task In_two_parts_cut_at_every_offset() => Differences(PollerChoice.Epoll, static row =>
        row.Wire.Length > ShortBytes ? [] : Enumerable.Range(1, row.Wire.Length - 1).Select(static at => $"cut{at}"));

    [Theory, ForEachPoller]
    public Task With_the_next_response_behind_it(PollerChoice choice) =>
        Differences(choice, static row => row.EndsWithConnection || row.Failure == FailureKind.Closed ? [] : ["next"]);

    static async Task Differences(PollerChoice choice, Func<Row, IEnumerable<string>> ways)
    {
        Client? asking = null;
        using var server = new ScriptedServer(async peer =>
        {
            while (await peer.ReadRequest() is { } request) if (!await Answer(peer, request, asking!)) return;
        });
        using var client = asking = new Client(server.Url, choice);
        var differences = await client.Run(async http =>
        {
            var found = new List<string>();
            for (var index = 0; index < Rows.Count; index++)
            {
                foreach (var way in ways(Rows[index]))
                {
                    var seen = Client.See(await http.Get($"/{index}/{way}", keep: Keep.Body), Keep.Body);
                    if (Rows[index].Difference(seen) is { } difference) found.Add($"{way}: {difference}");
                    var next = Client.See(await http.Get($"/check/{index}", keep: Keep.Body), Keep.Body);
                    if (next.Body != $"check {index}" && !Rows[index].MaySpoilTheNext(way, next))
                    {
                        found.Add($"after {Rows[index].Why}, {way}: {next}");
                    }
                }
            }

            return found;
        });
        Assert.Empty(differences);
        Assert.Equal((0, 0), client.Ask(static loop => (loop.InFlight, loop.Connections > 1 ? loop.Connections : 0)));
    }

    /// <returns>Whether the connection stays open.</returns>
    static async Task<bool> Answer(ScriptedServer.Peer peer, string request, Client client)
    {
        var parts = request.Split(' ')[1].Split('/');
        if (parts[1] == "check")
        {
            var body = $"check {parts[2]}";
            await peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            return true;
        }

        var row = Rows[int.Parse(parts[1], CultureInfo.InvariantCulture)];
        var bytes = Encoding.Latin1.GetBytes(row.Wire);
        switch (parts[2])
        {
            case "whole":
                await peer.Send(bytes);
                break;
            case "next":
                await peer.Send([.. bytes, .. Encoding.Latin1.GetBytes(Evil)]);
                break;
            case "bytes":
                // Large ones in larger pieces: what grows with the number of pieces is seen with thousands, too.
                foreach (var piece in bytes.Chunk(bytes.Length > 2048 ? 61 : 1)) await peer.Send(piece);
                break;
            case var cut:
                var at = int.Parse(cut.AsSpan(3), CultureInfo.InvariantCulture);
                var turn = client.Loop.Received.Turn;
                await peer.Send(bytes[..at]);
                SpinWait.SpinUntil(() => client.Loop.Received.Turn != turn, 5);
                await peer.Send(bytes[at..]);
                break;
        }

        // What can be told from the bytes alone must be told without the connection's end.
        return !row.EndsWithConnection && row.Failure != FailureKind.Closed;
    }

    sealed record Row(string Why, string Wire, int Status, string Body, FailureKind Failure)
    {
        /// <summary>Whether the body is all that comes until the connection ends.</summary>
        public bool EndsWithConnection { get; } = Failure == FailureKind.None
            && ResponseReading.Read(Encoding.Latin1.GetBytes(Wire + "?"), [], isHead: false) is { Left: "" };

        bool HasLeftover { get; } = Failure == FailureKind.None
            && ResponseReading.Read(Encoding.Latin1.GetBytes(Wire), [], isHead: false) is { Left: not "" };

        /// <summary>
        /// What comes behind a whole response after the next request has gone can't be told from that one's response
        /// (RFC 9112 §9.2); what is no response at all then fails, and is never a success.
        /// </summary>
        public bool MaySpoilTheNext(string way, Seen next) =>
            HasLeftover && way is not ("whole" or "next") && next.Failure == FailureKind.Malformed;

        public string? Difference(Seen seen)
        {
            // Of what fails, no byte is handed out as a success.
            var expected = (Status, Failure, Failure == FailureKind.None ? Body : seen.Body);
            return (seen.Status, seen.Failure, seen.Body) == expected ? null : $"{Why}: {seen}, expected {expected}";
        }
    }
}
