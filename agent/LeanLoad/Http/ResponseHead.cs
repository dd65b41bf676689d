using System.Buffers;
using System.Buffers.Text;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>How the body of a response is framed (RFC 9112 §6.3).</summary>
enum BodyFraming : byte
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>
/// What the engine needs of a response's status line and headers. The headers themselves stay in the buffer they
/// arrived in.
/// </summary>
/// <param name="Status">100 to 999; 0 where a limit was exceeded.</param>
/// <param name="Framing">Where the body ends.</param>
/// <param name="KeepsAlive">Whether the server will take another request on the connection.</param>
/// <param name="SetsCookies">Whether a Set-Cookie is among the headers.</param>
/// <param name="IsFolded">Whether a header is folded: see <see cref="ResponseFields.Unfold"/>.</param>
/// <param name="Limit">Which limit was exceeded, if one was.</param>
/// <param name="ContentLength">Bytes of the body where it is framed by its length.</param>
readonly record struct ResponseHead(
    int Status, BodyFraming Framing, bool KeepsAlive, bool SetsCookies, bool IsFolded, FailureKind Limit,
    long ContentLength)
{
    /// <summary>Bytes of status line, headers and the empty line, at most; beyond it the response is refused.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Headers, at most.</summary>
    public const int MaxHeaders = 256;

    /// <summary>
    /// Reads a head that begins at the start of <paramref name="input"/>: <see cref="OperationStatus.NeedMoreData"/>
    /// consumes nothing, <see cref="OperationStatus.DestinationTooSmall"/> means that a limit is exceeded.
    /// </summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="isHead">Whether the request was HEAD, whose response has no body (RFC 9110 §9.3.2).</param>
    /// <param name="head">The result.</param>
    /// <param name="consumed">Its length, the empty line included.</param>
    public static OperationStatus Parse(
        ReadOnlySpan<byte> input, bool isHead, out ResponseHead head, out int consumed) =>
        CommonHead.TryParse(input, isHead, out head, out consumed)
            ? OperationStatus.Done
            : ParseLines(input, isHead, out head, out consumed);

    /// <summary>The same, line by line: what decides about every head that is not a common one.</summary>
    internal static OperationStatus ParseLines(
        ReadOnlySpan<byte> input, bool isHead, out ResponseHead head, out int consumed)
    {
        head = default;
        consumed = 0;
        var rest = input;
        if (!TryTakeLine(ref rest, out var line))
        {
            return MayBecomeStatusLine(input) ? Unfinished(input, ref head) : OperationStatus.InvalidData;
        }

        if (!TryReadStatusLine(line, out var minorVersion, out var status)) return OperationStatus.InvalidData;

        var fields = new FramingFields(minorVersion);
        for (var count = 0; ; count++)
        {
            if (!TryTakeLine(ref rest, out line)) return Unfinished(input, ref head);
            if (line.IsEmpty) break;
            if (count == MaxHeaders) return Exceeds(FailureKind.TooManyHeaders, out head);
            if (!fields.TryRead(line, input)) return OperationStatus.InvalidData;
        }

        if (!fields.TryEnd()) return OperationStatus.InvalidData;
        consumed = input.Length - rest.Length;
        if (consumed > MaxBytes) return Exceeds(FailureKind.HeadTooLarge, out head);
        head = fields.ToHead(status, isHead);
        return OperationStatus.Done;
    }

    /// <summary>
    /// Garbage is told at once: a peer that speaks another protocol may never send the end of a line.
    /// </summary>
    static bool MayBecomeStatusLine(ReadOnlySpan<byte> input)
    {
        var begin = "HTTP/1."u8;
        return input.Length >= begin.Length ? input.StartsWith(begin) : begin.StartsWith(input);
    }

    static OperationStatus Unfinished(ReadOnlySpan<byte> input, ref ResponseHead head) =>
        input.Length >= MaxBytes ? Exceeds(FailureKind.HeadTooLarge, out head) : OperationStatus.NeedMoreData;

    static OperationStatus Exceeds(FailureKind limit, out ResponseHead head)
    {
        head = default(ResponseHead) with { Limit = limit };
        return OperationStatus.DestinationTooSmall;
    }

    /// <summary>
    /// A line ends with LF; a CR before it belongs to the ending (RFC 9112 §2.2 lets a recipient accept a bare LF).
    /// </summary>
    internal static bool TryTakeLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    /// <summary>
    /// <c>HTTP/1.x SP 3DIGIT [SP reason]</c> (RFC 9112 §4); servers that leave out the reason also leave out its space.
    /// </summary>
    static bool TryReadStatusLine(ReadOnlySpan<byte> line, out int minorVersion, out int status)
    {
        minorVersion = status = 0;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ') return false;
        if (!char.IsAsciiDigit((char)line[7])) return false;
        minorVersion = line[7] - '0';
        if (!Utf8Parser.TryParse(line.Slice(9, 3), out status, out var digits) || digits != 3 || status < 100)
        {
            return false;
        }

        return (line.Length == 12 || line[12] == ' ') && !line.ContainsAny(Forbidden);
    }

    static readonly SearchValues<byte> Forbidden = SearchValues.Create("\0\r\n"u8);
}
