using System.Buffers.Binary;

namespace LeanLoad.Bootstraps;

/// <summary>What a child process has to say.</summary>
enum ChildMessageKind : byte
{
    Result = 1,
    Null = 2,
    Error = 3,

    /// <summary>An error, for want of memory.</summary>
    OutOfMemory = 4,
}

/// <summary>
/// The one message of a child process: kind (1 byte), its peak resident memory (8), payload length (4), payload;
/// little-endian.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="PeakResident">The child's highest resident set.</param>
/// <param name="Payload">JSON, or an error's text in UTF-8.</param>
sealed record ChildMessage(ChildMessageKind Kind, Bytes PeakResident, byte[] Payload)
{
    const int HeaderBytes = 13;

    /// <summary>Null where the pipe ended before the message did.</summary>
    /// <exception cref="ChildMessageTooLarge">The payload is larger than <paramref name="limit"/>; nothing of it was
    /// read.</exception>
    public static async Task<ChildMessage?> ReadAsync(Stream pipe, Bytes limit, CancellationToken cancel)
    {
        var header = new byte[HeaderBytes];
        if (await pipe.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancel)
            .ConfigureAwait(false) < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(9));
        if (length < 0 || length > limit.Count) throw new ChildMessageTooLarge(new Bytes((uint)length));
        var payload = new byte[length];
        if (await pipe.ReadAtLeastAsync(payload, length, throwOnEndOfStream: false, cancel)
            .ConfigureAwait(false) < length)
        {
            return null;
        }

        return new ChildMessage((ChildMessageKind)header[0],
            new Bytes(BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(1))), payload);
    }

    public void WriteTo(Stream pipe)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header[0] = (byte)Kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], PeakResident.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[9..], Payload.Length);
        pipe.Write(header);
        pipe.Write(Payload);
        pipe.Flush();
    }
}

/// <summary>A child's result is larger than it may be.</summary>
sealed class ChildMessageTooLarge(Bytes size) : Exception
{
    public Bytes Size => size;
}
