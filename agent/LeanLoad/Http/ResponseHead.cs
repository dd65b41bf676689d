using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LeanLoad.Http;

/// <summary>How the body of a response is framed (RFC 9112 §6.3).</summary>
enum BodyFraming : byte
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>What the engine needs of a response's status line and headers. The headers themselves stay in the buffer they arrived in.</summary>
readonly record struct ResponseHead(int Status, BodyFraming Framing, long ContentLength, bool KeepsAlive)
{
    /// <summary>Bytes of status line, headers and the empty line, at most; beyond it the response is refused.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Headers, at most.</summary>
    public const int MaxHeaders = 256;

    /// <summary>
    /// Reads a head that begins at the start of <paramref name="input"/>: <see cref="OperationStatus.NeedMoreData"/> consumes nothing,
    /// <see cref="OperationStatus.DestinationTooSmall"/> means that a limit is exceeded.
    /// </summary>
    /// <param name="input">What has arrived.</param>
    /// <param name="isHead">Whether the request was HEAD, whose response has no body (RFC 9110 §9.3.2).</param>
    /// <param name="head">The result.</param>
    /// <param name="consumed">Its length, the empty line included.</param>
    public static OperationStatus Parse(ReadOnlySpan<byte> input, bool isHead, out ResponseHead head, out int consumed)
    {
        head = default;
        consumed = 0;
        var rest = input;
        if (!TryTakeLine(ref rest, out var line)) return MayBecomeStatusLine(input) ? Unfinished(input) : OperationStatus.InvalidData;
        if (!TryReadStatusLine(line, out var minorVersion, out var status)) return OperationStatus.InvalidData;

        var fields = new Fields(minorVersion);
        for (var count = 0; ; count++)
        {
            if (!TryTakeLine(ref rest, out line)) return Unfinished(input);
            if (line.IsEmpty) break;
            if (count == MaxHeaders) return OperationStatus.DestinationTooSmall;
            if (!fields.TryRead(line, isFirst: count == 0)) return OperationStatus.InvalidData;
        }

        consumed = input.Length - rest.Length;
        if (consumed > MaxBytes) return OperationStatus.DestinationTooSmall;
        head = fields.ToHead(status, isHead);
        return OperationStatus.Done;
    }

    /// <summary>The value of a header by its name in any case, from the bytes of a head that was parsed; the first where it repeats.</summary>
    public static bool TryGetHeader(ReadOnlySpan<byte> headBytes, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        TryTakeLine(ref headBytes, out _);
        while (TryTakeLine(ref headBytes, out var line) && !line.IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            if (colon != name.Length || !Ascii.EqualsIgnoreCase(line[..colon], name)) continue;
            value = line[(colon + 1)..].Trim(" \t"u8);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Garbage is told at once: a peer that speaks another protocol may never send the end of a line.</summary>
    static bool MayBecomeStatusLine(ReadOnlySpan<byte> input)
    {
        var begin = "HTTP/1."u8;
        return input.Length >= begin.Length ? input.StartsWith(begin) : begin.StartsWith(input);
    }

    static OperationStatus Unfinished(ReadOnlySpan<byte> input) =>
        input.Length >= MaxBytes ? OperationStatus.DestinationTooSmall : OperationStatus.NeedMoreData;

    /// <summary>A line ends with LF; a CR before it belongs to the ending (RFC 9112 §2.2 lets a recipient accept a bare LF).</summary>
    static bool TryTakeLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
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

    /// <summary><c>HTTP/1.x SP 3DIGIT [SP reason]</c> (RFC 9112 §4); servers that leave out the reason also leave out its space.</summary>
    static bool TryReadStatusLine(ReadOnlySpan<byte> line, out int minorVersion, out int status)
    {
        minorVersion = status = 0;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' ') return false;
        if (!char.IsAsciiDigit((char)line[7])) return false;
        minorVersion = line[7] - '0';
        if (!Utf8Parser.TryParse(line.Slice(9, 3), out status, out var digits) || digits != 3 || status < 100) return false;
        return (line.Length == 12 || line[12] == ' ') && !line.ContainsAny(Forbidden);
    }

    /// <summary>The fields that decide on framing and persistence, gathered line by line.</summary>
    struct Fields(int minorVersion)
    {
        long contentLength = -1;
        bool isChunked;
        bool hasTransferEncoding;
        bool keepsAlive = minorVersion >= 1;
        bool isConflicting;
        bool mayFold;

        public bool TryRead(ReadOnlySpan<byte> line, bool isFirst)
        {
            // A folded line continues the one before (RFC 9112 §5.2). Its text is ignored, except behind a field that decides on framing: there it
            // would have to be part of the value, and none of them is ever folded in good faith. Before the first field there is nothing to continue.
            if (line[0] is (byte)' ' or (byte)'\t') return !isFirst && mayFold && !line.ContainsAny(Forbidden);
            var colon = line.IndexOf((byte)':');
            // No space between name and colon (RFC 9112 §5.1), and no control characters anywhere: both have been used to smuggle.
            if (colon <= 0 || line[..colon].ContainsAnyExcept(Tokens) || line.ContainsAny(Forbidden)) return false;
            var value = line[(colon + 1)..].Trim(" \t"u8);
            mayFold = false;
            return colon switch
            {
                14 when Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8) => TryReadLength(value),
                17 when Ascii.EqualsIgnoreCase(line[..colon], "transfer-encoding"u8) => TryReadTransferEncoding(value),
                10 when Ascii.EqualsIgnoreCase(line[..colon], "connection"u8) => ReadConnection(value),
                _ => mayFold = true,
            } && !isConflicting;
        }

        public readonly ResponseHead ToHead(int status, bool isHead)
        {
            if (isHead || status is < 200 or 204 or 304) return new ResponseHead(status, BodyFraming.None, 0, keepsAlive);
            if (isChunked) return new ResponseHead(status, BodyFraming.Chunked, 0, keepsAlive);
            // Where the last coding is not chunked, the body ends with the connection (RFC 9112 §6.3).
            if (hasTransferEncoding || contentLength < 0) return new ResponseHead(status, BodyFraming.UntilClose, 0, KeepsAlive: false);
            return new ResponseHead(status, contentLength == 0 ? BodyFraming.None : BodyFraming.Length, contentLength, keepsAlive);
        }

        /// <summary>Digits alone; a repetition must say the same (RFC 9110 §8.6).</summary>
        bool TryReadLength(ReadOnlySpan<byte> value)
        {
            foreach (var part in value.Split((byte)','))
            {
                var digits = value[part].Trim(" \t"u8);
                if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
                if (!Utf8Parser.TryParse(digits, out long length, out _)) return false;
                if (contentLength >= 0 && contentLength != length) return false;
                contentLength = length;
            }

            isConflicting |= hasTransferEncoding;
            return true;
        }

        /// <summary>
        /// Only <c>chunked</c>, once, or <c>identity</c>, which changes nothing (RFC 2616 §3.6): we ask for no other coding, and could not undo it.
        /// Beside a Content-Length it is an attempt to smuggle (RFC 9112 §6.3).
        /// </summary>
        bool TryReadTransferEncoding(ReadOnlySpan<byte> value)
        {
            if (hasTransferEncoding || minorVersion == 0) return false;
            hasTransferEncoding = true;
            isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            isConflicting |= contentLength >= 0;
            return isChunked || Ascii.EqualsIgnoreCase(value, "identity"u8);
        }

        bool ReadConnection(ReadOnlySpan<byte> value)
        {
            foreach (var part in value.Split((byte)','))
            {
                var option = value[part].Trim(" \t"u8);
                if (Ascii.EqualsIgnoreCase(option, "close"u8)) keepsAlive = false;
                else if (minorVersion == 0 && Ascii.EqualsIgnoreCase(option, "keep-alive"u8)) keepsAlive = true;
            }

            return true;
        }
    }

    // RFC 9110 §5.6.2.
    static readonly SearchValues<byte> Tokens =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    static readonly SearchValues<byte> Forbidden = SearchValues.Create("\0\r\n"u8);
}
