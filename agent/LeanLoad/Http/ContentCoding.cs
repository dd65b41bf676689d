using System.Buffers;
using System.IO.Compression;
using System.Text;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// Undoes the content coding of a body that was kept (RFC 9110 §8.4): one of gzip, deflate and br. What a small body
/// may become is bounded, since a megabyte of zeros takes a kilobyte on the wire.
/// </summary>
static class ContentCoding
{
    /// <summary>Decoded, at most.</summary>
    public const int MaxDecodedBytes = 16 << 20;

    /// <summary>Up to here any ratio is good; beyond it, <see cref="MaxRatio"/>.</summary>
    public const int FreeBytes = 1 << 20;

    /// <summary>Decoded to coded, at most.</summary>
    public const int MaxRatio = 1000;

    const int PieceBytes = 16 << 10;

    /// <summary>Whether a value of <c>Content-Encoding</c> changes nothing.</summary>
    public static bool IsIdentity(ReadOnlySpan<byte> coding) =>
        coding.IsEmpty || Ascii.EqualsIgnoreCase(coding, "identity"u8);

    /// <summary>Decodes a body.</summary>
    /// <param name="coding">The value of <c>Content-Encoding</c>.</param>
    /// <param name="coded">What came.</param>
    /// <param name="decoded">Where the result is appended.</param>
    /// <param name="reason">Why it can't be, if it can't.</param>
    /// <returns>None, <see cref="FailureKind.Undecodable"/> or <see cref="FailureKind.DecodedTooLarge"/>.</returns>
    public static unsafe FailureKind TryDecode(
        ReadOnlySpan<byte> coding, ReadOnlySpan<byte> coded, ref KeptBytes decoded, out string reason)
    {
        reason = "";
        if (coded.IsEmpty)
        {
            reason = "the body is empty, which is no coding";
            return FailureKind.Undecodable;
        }

        if (Ascii.EqualsIgnoreCase(coding, "br"u8)) return DecodeBrotli(coded, ref decoded, out reason);
        fixed (byte* start = coded)
        {
            using var input = new UnmanagedMemoryStream(start, coded.Length);
            using var stream = Open(coding, input);
            if (stream is not null) return Decode(stream, coded.Length, ref decoded, out reason);
        }

        reason = $"the body's coding \"{Encoding.Latin1.GetString(coding)}\" is not undone here; keep: "
            + "Keep.CodedBody keeps it as it is";
        return FailureKind.Undecodable;
    }

    static FailureKind Decode(Stream stream, long codedBytes, ref KeptBytes decoded, out string reason)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        var total = 0L;
        try
        {
            while (stream.Read(piece) is > 0 and var count)
            {
                total += count;
                if (IsTooLarge(total, codedBytes, out reason)) return FailureKind.DecodedTooLarge;
                decoded.Append(piece[..count]);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            reason = $"the body is not in the coding it claims: {broken.Message}";
            return FailureKind.Undecodable;
        }

        reason = "";
        return FailureKind.None;
    }

    static FailureKind DecodeBrotli(ReadOnlySpan<byte> coded, ref KeptBytes decoded, out string reason)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        using var decoder = new BrotliDecoder();
        var total = 0L;
        var rest = coded;
        while (true)
        {
            var status = decoder.Decompress(rest, piece, out var consumed, out var count);
            rest = rest[consumed..];
            total += count;
            if (IsTooLarge(total, coded.Length, out reason)) return FailureKind.DecodedTooLarge;
            decoded.Append(piece[..count]);
            if (status == OperationStatus.Done) return FailureKind.None;
            if (status == OperationStatus.DestinationTooSmall) continue;
            reason = "the body is not in the coding it claims: "
                + $"{(status == OperationStatus.InvalidData ? "it is no brotli" : "its end is missing")}";
            return FailureKind.Undecodable;
        }
    }

    static bool IsTooLarge(long total, long codedBytes, out string reason)
    {
        var isTooLarge = total > MaxDecodedBytes || (total > FreeBytes && total > codedBytes * MaxRatio);
        reason = isTooLarge
            ? $"{codedBytes} bytes become more than "
                + $"{Math.Min(MaxDecodedBytes, Math.Max(FreeBytes, codedBytes * MaxRatio))} when decoded" : "";
        return isTooLarge;
    }

    /// <summary>Null: a list of codings, or one that the runtime does not have (zstd).</summary>
    static Stream? Open(ReadOnlySpan<byte> coding, Stream input)
    {
        if (Ascii.EqualsIgnoreCase(coding, "gzip"u8) || Ascii.EqualsIgnoreCase(coding, "x-gzip"u8))
        {
            return new GZipStream(input, CompressionMode.Decompress);
        }

        return Ascii.EqualsIgnoreCase(coding, "deflate"u8) ? new ZLibStream(input, CompressionMode.Decompress) : null;
    }
}
