using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LeanLoad.Http;

/// <summary>
/// The fields of a response that decide where its body ends and whether the connection lives on, gathered line by line
/// (RFC 9112 §6.3 and §9.3). A field is judged when the line after it shows that it is not folded.
/// </summary>
ref struct FramingFields(int minorVersion)
{
    long contentLength = -1;
    ReadOnlySpan<byte> value;
    Field pending;
    bool hasFields;
    bool hasTransferEncoding;
    bool hasCoding;
    bool isChunked;
    bool wasChunked;
    bool isClosing;
    bool isKeptAlive;
    bool setsCookies;
    bool isFolded;

    enum Field : byte
    {
        Other,
        ContentLength,
        TransferEncoding,
        Connection,
    }

    /// <summary>Takes the next line of the head, which is not empty.</summary>
    /// <param name="line">The line, a slice of <paramref name="head"/>.</param>
    /// <param name="head">What it is a slice of.</param>
    /// <returns>False where it, or the field before it, is not to be understood.</returns>
    public bool TryRead(ReadOnlySpan<byte> line, ReadOnlySpan<byte> head)
    {
        if (line.ContainsAny(Forbidden)) return false;
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            // A folded line continues the field before it (RFC 9112 §5.2); before the first there is nothing to
            // continue (§2.2). The ends of line in between stand for spaces.
            if (!hasFields) return false;
            isFolded = true;
            if (pending != Field.Other) value = Joined(head, value, line);
            return true;
        }

        if (pending != Field.Other && !TryJudge()) return false;
        hasFields = true;
        var colon = line.IndexOf((byte)':');
        // No space between name and colon (RFC 9112 §5.1): it has been used to smuggle.
        if (colon <= 0 || line[..colon].ContainsAnyExcept(Tokens)) return false;
        pending = colon switch
        {
            14 when Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8) => Field.ContentLength,
            17 when Ascii.EqualsIgnoreCase(line[..colon], "transfer-encoding"u8) => Field.TransferEncoding,
            10 => NamedLikeConnection(line[..colon]),
            _ => Field.Other,
        };
        if (pending != Field.Other) value = line[(colon + 1)..];
        return true;
    }

    /// <summary>Judges the last field, and all of them together.</summary>
    public bool TryEnd()
    {
        if (pending != Field.Other && !TryJudge()) return false;
        // With a length too it is an attempt to smuggle, or to split (RFC 9112 §6.3); in HTTP/1.0 it is faulty framing
        // (§6.1).
        return !hasTransferEncoding || (hasCoding && contentLength < 0 && minorVersion > 0);
    }

    /// <summary>What all of them say.</summary>
    public readonly ResponseHead ToHead(int status, bool isHead)
    {
        var keepsAlive = !isClosing && (minorVersion >= 1 || isKeptAlive);
        var head = new ResponseHead(status, BodyFraming.None, keepsAlive, setsCookies, isFolded, default, 0);
        if (isHead || status is < 200 or 204 or 304) return head;
        if (isChunked) return head with { Framing = BodyFraming.Chunked };
        // Where chunked is not the last coding, the body ends with the connection (RFC 9112 §6.3).
        if (hasTransferEncoding || contentLength < 0)
        {
            return head with { Framing = BodyFraming.UntilClose, KeepsAlive = false };
        }

        return contentLength == 0 ? head : head with { Framing = BodyFraming.Length, ContentLength = contentLength };
    }

    Field NamedLikeConnection(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "connection"u8)) return Field.Connection;
        setsCookies |= Ascii.EqualsIgnoreCase(name, "set-cookie"u8);
        return Field.Other;
    }

    bool TryJudge()
    {
        var judged = pending;
        pending = Field.Other;
        return judged switch
        {
            Field.ContentLength => TryReadLength(value),
            Field.TransferEncoding => TryReadTransferEncoding(value),
            _ => ReadConnection(value),
        };
    }

    /// <summary>Digits alone; a repetition must say the same (RFC 9110 §8.6).</summary>
    bool TryReadLength(ReadOnlySpan<byte> list)
    {
        foreach (var part in list.Split((byte)','))
        {
            var digits = list[part].Trim(Space);
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
            if (!Utf8Parser.TryParse(digits, out long length, out _)) return false;
            if (contentLength >= 0 && contentLength != length) return false;
            contentLength = length;
        }

        return true;
    }

    /// <summary>
    /// The codings in the order in which they were applied, over all fields of the name. Only chunked frames; what lies
    /// under another is handed on as it is, since we ask for none. Chunked twice, or with parameters, is an error
    /// (RFC 9112 §6.1, §7.1), and so is what is no coding's name.
    /// </summary>
    bool TryReadTransferEncoding(ReadOnlySpan<byte> list)
    {
        hasTransferEncoding = true;
        foreach (var part in list.Split((byte)','))
        {
            var coding = list[part].Trim(Space);
            if (coding.IsEmpty) continue;
            var semicolon = coding.IndexOf((byte)';');
            var name = semicolon < 0 ? coding : coding[..semicolon].TrimEnd(Space);
            if (name.IsEmpty || name.ContainsAnyExcept(Tokens)) return false;
            var isThisChunked = Ascii.EqualsIgnoreCase(name, "chunked"u8);
            if (isThisChunked && (semicolon >= 0 || wasChunked)) return false;
            wasChunked |= isThisChunked;
            isChunked = isThisChunked;
            hasCoding = true;
        }

        return true;
    }

    bool ReadConnection(ReadOnlySpan<byte> list)
    {
        foreach (var part in list.Split((byte)','))
        {
            var option = list[part].Trim(Space);
            isClosing |= Ascii.EqualsIgnoreCase(option, "close"u8);
            isKeptAlive |= Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }

        return true;
    }

    /// <summary>From where one slice begins to where another ends.</summary>
    static ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        whole.Overlaps(first, out var from);
        whole.Overlaps(last, out var to);
        return first.IsEmpty ? last : whole[from..(to + last.Length)];
    }

    // A fold's end of line is still there, and stands for a space.
    static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    // RFC 9110 §5.6.2.
    internal static readonly SearchValues<byte> Tokens =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    static readonly SearchValues<byte> Forbidden = SearchValues.Create("\0\r\n"u8);
}
