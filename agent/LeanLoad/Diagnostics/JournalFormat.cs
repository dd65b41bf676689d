using System.Buffers.Binary;
using System.Numerics;

namespace LeanLoad.Diagnostics;

/// <summary>
/// The journal's file: a head of 16 bytes, then frames, all numbers little endian.
/// <code>
/// head    8 bytes "LEANLOAD" · u32 format version · u32 CRC-32C of the 12 bytes before
/// frame   u32 length of the record, 1 to 32 KiB · u32 CRC-32C of length and record · the record
/// </code>
/// </summary>
static class JournalFormat
{
    public const int Version = 1;
    public const int HeadBytes = 16;
    public const int FrameHeadBytes = 8;

    public static ReadOnlySpan<byte> Magic => "LEANLOAD"u8;

    /// <summary>Writes the file's head.</summary>
    public static void WriteHead(Span<byte> head)
    {
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], Checksum(head[..12]));
    }

    /// <summary>What is wrong with a file's head; null where nothing is.</summary>
    public static string? HeadProblem(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes) return "is no journal: it ends within the first 16 bytes";
        if (!head.StartsWith(Magic)) return "is no journal: it does not begin with LEANLOAD";
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) != Checksum(head[..12]))
        {
            return "is damaged: its head's checksum is wrong";
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        return version == Version ? null : $"has journal format {version}; this program reads {Version}";
    }

    /// <summary>Writes the eight bytes before a record.</summary>
    public static void WriteFrameHead(Span<byte> head, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], FrameChecksum(record));
    }

    /// <summary>The checksum of a frame: of its length too, so that a wrong length is noticed as such.</summary>
    public static uint FrameChecksum(ReadOnlySpan<byte> record)
    {
        var length = BitOperations.Crc32C(uint.MaxValue, (uint)record.Length);
        return ~Crc32C(length, record);
    }

    /// <summary>CRC-32C (Castagnoli; RFC 3720 appendix B.4), by the processor's instruction where it has one.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes) => ~Crc32C(uint.MaxValue, bytes);

    static uint Crc32C(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var next in bytes) crc = BitOperations.Crc32C(crc, next);
        return crc;
    }
}
