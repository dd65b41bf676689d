using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;

namespace LeanLoad.Http;

/// <summary>
/// Renders requests, one at a time, into one buffer per loop. The target comes first, because an interpolated string is
/// evaluated before the call it is an argument of; the method is then put before it. Beside the target its
/// <i>template</i> is written, the request's name in every table. What must not be sent (CR, LF, NUL, a head over 64
/// KiB) is remembered as a problem, never written.
/// </summary>
sealed class RequestWriter : IBufferWriter<byte>
{
    const int BufferBytes = 64 << 10;

    /// <summary>The longest method.</summary>
    public const int MaxMethodBytes = 31;

    /// <summary>Room before the target for the longest method and its space.</summary>
    const int TargetOffset = MaxMethodBytes + 1;

    /// <summary>
    /// Room for the length of a body that is rendered before its length is known, and the empty line.
    /// </summary>
    const int LengthRoom = 24;

    const int MaxTemplateLength = 512;
    const string TooLarge = "the request head with its body exceeds 64 KiB";

    readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    readonly char[] template = new char[MaxTemplateLength];
    int position;
    int templateLength;
    int start;
    int targetEnd;
    int bodyStart;
    bool isInQuery;

    /// <summary>What makes the request unsendable; null where nothing does.</summary>
    public string? Problem { get; private set; }

    /// <summary>The target as written so far: a path, or an absolute URL.</summary>
    public ReadOnlySpan<byte> Target => buffer.AsSpan(TargetOffset, position - TargetOffset);

    /// <summary>The target as it is sent: origin-form (RFC 9112 §3.2.1). After <see cref="EndTarget"/>.</summary>
    public ReadOnlySpan<byte> SentTarget => buffer.AsSpan(TargetOffset, targetEnd - TargetOffset);

    /// <summary>Room that is left.</summary>
    public int Room => BufferBytes - position;

    /// <summary>The target with each hole as <c>{expression}</c>; cut at 512 characters.</summary>
    public ReadOnlySpan<char> Template => template.AsSpan(0, templateLength);

    /// <summary>The rendered request.</summary>
    public ReadOnlySpan<byte> Request => buffer.AsSpan(start, position - start);

    /// <summary>Forgets the request before.</summary>
    public void Begin()
    {
        position = TargetOffset;
        start = TargetOffset;
        templateLength = 0;
        isInQuery = false;
        Problem = null;
    }

    /// <summary>
    /// A part of the target as the author wrote it; what may not stand in a URL is percent-encoded, not refused.
    /// </summary>
    public void AppendLiteral(ReadOnlySpan<char> text)
    {
        AppendTemplate(text);
        isInQuery |= text.Contains('?');
        if (text.ContainsAnyExcept(Verbatim)) AppendEncoded(text, Verbatim8);
        else AppendAscii(text);
    }

    /// <summary>
    /// A hole of the target: its value percent-encoded (RFC 3986 §2.1), its expression in the template.
    /// </summary>
    /// <param name="value">The value's text.</param>
    /// <param name="format"><c>path</c> keeps slashes, <c>raw</c> keeps everything a URL may hold; null encodes
    /// both.</param>
    /// <param name="expression">The source text of the hole.</param>
    public void AppendHole(ReadOnlySpan<char> value, string? format, string expression)
    {
        AppendTemplate("{");
        AppendTemplate(expression);
        AppendTemplate("}");
        AppendEncoded(value, format switch
        {
            "raw" => Verbatim8,
            "path" => PathSegments8,
            _ => isInQuery ? Unreserved8 : Segment8,
        });
    }

    /// <summary>Drops the scheme and authority of an absolute URL, which the connection stands for.</summary>
    public void CutTarget(int length)
    {
        var rest = Target[length..];
        if (rest.IsEmpty)
        {
            buffer[TargetOffset] = (byte)'/';
            position = TargetOffset + 1;
            return;
        }

        // An empty path before the query is a slash (RFC 9112 §3.2.1).
        var hasPath = rest[0] == '/';
        rest.CopyTo(buffer.AsSpan(TargetOffset + (hasPath ? 0 : 1)));
        if (!hasPath) buffer[TargetOffset] = (byte)'/';
        position = TargetOffset + rest.Length + (hasPath ? 0 : 1);
    }

    /// <summary>Puts the path of the base URL before a relative target.</summary>
    public void Prepend(ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty || !TryReserve(prefix.Length)) return;
        Target.CopyTo(buffer.AsSpan(TargetOffset + prefix.Length));
        prefix.CopyTo(buffer.AsSpan(TargetOffset));
        position += prefix.Length;
    }

    /// <summary>
    /// A method as it is sent; empty where it is no token, too long, or CONNECT, which asks for another protocol.
    /// </summary>
    /// <param name="method">The author's.</param>
    /// <param name="into">31 bytes.</param>
    public static ReadOnlySpan<byte> MethodToken(string method, Span<byte> into)
    {
        if (method is null or "" or "CONNECT" || method.Length > into.Length
            || method.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            return default;
        }

        Ascii.FromUtf16(method, into, out var written);
        return into[..written];
    }

    /// <summary>Puts the method before the target and the version and fixed headers behind it.</summary>
    /// <param name="method">A token of at most 31 bytes.</param>
    /// <param name="fixedHeaders">The lines Host, User-Agent and, where each request has its own, Connection.</param>
    /// <param name="own">Which of them the author has given instead.</param>
    public void EndTarget(ReadOnlySpan<byte> method, ReadOnlySpan<byte> fixedHeaders, OwnHeaders own = OwnHeaders.None)
    {
        Debug.Assert(method.Length < TargetOffset, "no room is left before the target for this method");
        start = TargetOffset - method.Length - 1;
        method.CopyTo(buffer.AsSpan(start));
        buffer[TargetOffset - 1] = (byte)' ';
        var fragment = Target.IndexOf((byte)'#');
        if (fragment >= 0) position = TargetOffset + fragment;
        targetEnd = position;
        Append(" HTTP/1.1\r\n"u8);
        if ((own & (OwnHeaders.Host | OwnHeaders.UserAgent | OwnHeaders.Close)) == 0)
        {
            Append(fixedHeaders);
            return;
        }

        var agent = fixedHeaders.IndexOf((byte)'\n') + 1;
        if ((own & OwnHeaders.Host) == 0) Append(fixedHeaders[..agent]);
        var connection = agent + fixedHeaders[agent..].IndexOf((byte)'\n') + 1;
        if ((own & OwnHeaders.UserAgent) == 0) Append(fixedHeaders[agent..connection]);
        if ((own & OwnHeaders.Close) == 0) Append(fixedHeaders[connection..]);
    }

    /// <summary>One header line.</summary>
    public void AppendHeader(ReadOnlySpan<byte> prefix, ReadOnlySpan<char> value)
    {
        Append(prefix);
        AppendFieldText(value);
        Append("\r\n"u8);
    }

    /// <summary>One header line.</summary>
    public void AppendHeader(in HttpHeader header)
    {
        if (header.Name.Length == 0 || header.Name.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            Problem ??= $"the header name \"{Printable(header.Name)}\" is not a token (RFC 9110 §5.1)";
            return;
        }

        AppendAscii(header.Name);
        Append(": "u8);
        AppendFieldText(header.Value);
        Append("\r\n"u8);
    }

    /// <summary>The header of a body's length.</summary>
    public void AppendContentLength(long bytes)
    {
        Append("Content-Length: "u8);
        if (TryReserve(20) && Utf8Formatter.TryFormat(bytes, buffer.AsSpan(position), out var written))
        {
            position += written;
        }

        Append("\r\n"u8);
    }

    /// <summary>The empty line, and a body that still fits behind it.</summary>
    public void End(ReadOnlySpan<byte> body)
    {
        Append("\r\n"u8);
        Append(body);
    }

    /// <summary>Begins a body whose length will be known at its end.</summary>
    public void BeginBody()
    {
        if (TryReserve(LengthRoom)) position += LengthRoom;
        bodyStart = position;
    }

    /// <summary>Ends it: its length goes before it.</summary>
    public void EndBody()
    {
        if (Problem is not null) return;
        var length = position - bodyStart;
        position = bodyStart - LengthRoom;
        AppendContentLength(length);
        Append("\r\n"u8);
        buffer.AsSpan(bodyStart, length).CopyTo(buffer.AsSpan(position));
        position += length;
    }

    /// <summary>A text of a body, in UTF-8.</summary>
    public void AppendText(ReadOnlySpan<char> text)
    {
        if (Utf8.FromUtf16(text, buffer.AsSpan(position), out _, out var written) == OperationStatus.Done)
        {
            position += written;
        }
        else Problem ??= TooLarge;
    }

    /// <summary>A name or value of a form (WHATWG URL §5.2, application/x-www-form-urlencoded).</summary>
    public void AppendFormText(ReadOnlySpan<char> text)
    {
        var from = position;
        AppendEncoded(text, FormText8);
        buffer.AsSpan(from, position - from).Replace((byte)' ', (byte)'+');
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (Problem is null) position += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        if (Problem is null && Room >= Math.Max(sizeHint, 1)) return buffer.AsMemory(position);
        // Whoever writes goes on into a memory that nobody looks at, and the request is refused.
        Problem ??= TooLarge;
        return new byte[Math.Max(sizeHint, 256)];
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => ((IBufferWriter<byte>)this).GetMemory(sizeHint).Span;

    /// <summary>What makes the request unsendable; the first one stays.</summary>
    public void Refuse(string problem) => Problem ??= problem;

    /// <summary>Bytes as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (!TryReserve(bytes.Length)) return;
        bytes.CopyTo(buffer.AsSpan(position));
        position += bytes.Length;
    }

    void AppendAscii(ReadOnlySpan<char> text)
    {
        if (!TryReserve(text.Length)) return;
        Ascii.FromUtf16(text, buffer.AsSpan(position), out var written);
        position += written;
    }

    void AppendFieldText(ReadOnlySpan<char> value)
    {
        if (value.ContainsAny('\r', '\n', '\0'))
        {
            Problem ??= $"the header value \"{Printable(value)}\" holds a line break or NUL, which would begin "
                + "another header";
            return;
        }

        if (Utf8.FromUtf16(value, buffer.AsSpan(position), out _, out var written) == OperationStatus.Done)
        {
            position += written;
        }
        else Problem ??= TooLarge;
    }

    void AppendEncoded(ReadOnlySpan<char> text, SearchValues<byte> kept)
    {
        Span<byte> piece = stackalloc byte[96];
        while (!text.IsEmpty)
        {
            Utf8.FromUtf16(text, piece, out var read, out var written);
            text = text[read..];
            if (!TryReserve(written * 3)) return;
            foreach (var octet in piece[..written]) AppendOctet(octet, kept);
        }
    }

    void AppendOctet(byte octet, SearchValues<byte> kept)
    {
        if (kept.Contains(octet))
        {
            buffer[position++] = octet;
            return;
        }

        buffer[position++] = (byte)'%';
        buffer[position++] = Hex[octet >> 4];
        buffer[position++] = Hex[octet & 15];
    }

    void AppendTemplate(ReadOnlySpan<char> text)
    {
        var kept = text[..Math.Min(text.Length, MaxTemplateLength - templateLength)];
        kept.CopyTo(template.AsSpan(templateLength));
        templateLength += kept.Length;
    }

    bool TryReserve(int bytes)
    {
        if (bytes <= BufferBytes - position) return true;
        Problem ??= TooLarge;
        return false;
    }

    /// <summary>For a message: what is no text is shown as such, what is long is cut.</summary>
    public static string Printable(ReadOnlySpan<char> text)
    {
        var shown = text.Length > 60 ? string.Concat(text[..60], "…") : text.ToString();
        return shown.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\0", "\\0", StringComparison.Ordinal);
    }

    static ReadOnlySpan<byte> Hex => "0123456789ABCDEF"u8;

    // RFC 3986: unreserved (§2.3), then what a path segment adds (pchar, §3.3), then the slash, then what an author may
    // mean by a whole URL.
    const string UnreservedText = "-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const string SegmentText = UnreservedText + "!$&'()*+,;=:@";
    const string VerbatimText = SegmentText + "/?#[]%";

    static readonly SearchValues<char> Verbatim = SearchValues.Create(VerbatimText);
    static readonly SearchValues<byte> Unreserved8 = SearchValues.Create(Encoding.ASCII.GetBytes(UnreservedText));
    static readonly SearchValues<byte> Segment8 = SearchValues.Create(Encoding.ASCII.GetBytes(SegmentText));
    static readonly SearchValues<byte> PathSegments8 = SearchValues.Create(Encoding.ASCII.GetBytes(SegmentText + "/"));
    static readonly SearchValues<byte> Verbatim8 = SearchValues.Create(Encoding.ASCII.GetBytes(VerbatimText));

    // A form's space is a plus; it is written as a space first.
    static readonly SearchValues<byte> FormText8 =
        SearchValues.Create("*-._ 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
