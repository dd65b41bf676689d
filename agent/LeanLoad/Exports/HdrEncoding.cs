using System.Buffers;
using System.Buffers.Binary;
using LeanLoad.Stats;

namespace LeanLoad.Exports;

/// <summary>
/// A histogram in HdrHistogram's compressed encoding, version 2 (HdrHistogram, <c>AbstractHistogram.java</c>). Our
/// buckets are those of a histogram of two significant digits, one for one, so that nothing is lost. The zlib stream
/// has stored blocks (RFC 1950, RFC 1951 §3.2.4): a compressor would cost the agent more than the log's bytes are
/// worth.
/// </summary>
static class HdrEncoding
{
    const int CookieV2 = 0x1C849303 | 0x10;
    const int CompressedCookieV2 = 0x1C849304 | 0x10;

    /// <summary>The encoding as Base64, as a log holds it.</summary>
    public static string Encode(LatencyHistogram histogram)
    {
        var payload = new ArrayBufferWriter<byte>();
        WritePayload(payload, histogram);
        var whole = new ArrayBufferWriter<byte>();
        Int(whole, CookieV2);
        Int(whole, payload.WrittenCount);
        Int(whole, 0); // normalizing index offset
        Int(whole, 2); // significant digits
        Long(whole, 1); // lowest discernible value
        Long(whole, LatencyHistogram.HighestUs);
        Long(whole, BitConverter.DoubleToInt64Bits(1.0)); // integer to double conversion ratio
        whole.Write(payload.WrittenSpan);

        var deflated = Stored(whole.WrittenSpan);
        var result = new byte[8 + deflated.Length];
        BinaryPrimitives.WriteInt32BigEndian(result, CompressedCookieV2);
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(4), deflated.Length);
        deflated.CopyTo(result, 8);
        return Convert.ToBase64String(result);
    }

    /// <summary>
    /// Counts in order of their buckets, zigzag LEB128; so many empty ones in a row as a negative number.
    /// </summary>
    static void WritePayload(ArrayBufferWriter<byte> output, LatencyHistogram histogram)
    {
        var next = 0;
        foreach (var (index, count) in histogram.Buckets)
        {
            if (index > next) ZigZag(output, next - index);
            ZigZag(output, count);
            next = index + 1;
        }
    }

    /// <summary>At most nine bytes, the last of which has eight bits: HdrHistogram's own LEB128.</summary>
    static void ZigZag(ArrayBufferWriter<byte> output, long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        Span<byte> bytes = stackalloc byte[9];
        var length = 0;
        while (rest >= 0x80 && length < 8)
        {
            bytes[length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[length++] = (byte)rest;
        output.Write(bytes[..length]);
    }

    static byte[] Stored(ReadOnlySpan<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(data.Length + 32);
        output.Write([(byte)0x78, (byte)0x01]);
        var rest = data;
        do
        {
            var length = Math.Min(rest.Length, 0xFFFF);
            output.Write([(byte)(length == rest.Length ? 1 : 0), (byte)length, (byte)(length >> 8), (byte)~length,
                (byte)(~length >> 8)]);
            output.Write(rest[..length]);
            rest = rest[length..];
        }
        while (!rest.IsEmpty);
        Int(output, (int)Adler32(data));
        return output.WrittenSpan.ToArray();
    }

    static uint Adler32(ReadOnlySpan<byte> data)
    {
        var (low, high) = (1u, 0u);
        foreach (var value in data)
        {
            low = (low + value) % 65521;
            high = (high + low) % 65521;
        }

        return (high << 16) | low;
    }

    static void Int(ArrayBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    static void Long(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
