using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Reads a journal and recovers every whole record: after a damaged place it looks for the next frame whose checksum is
/// right, and says where it was and what was lost. Takes 128 KiB, whatever the file's size.
/// </summary>
sealed class JournalReader : IDisposable
{
    readonly Stream file;
    readonly byte[] window = new byte[4 * Contract.MaxRecordBytes];
    int start;
    int end;
    bool isAtEnd;
    bool isInDamage;

    JournalReader(Stream file) => this.file = file;

    /// <summary>Where in the file the next frame is looked for.</summary>
    public long Position { get; private set; }

    /// <summary>Records read so far.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes that belong to no whole record.</summary>
    public long LostBytes { get; private set; }

    /// <summary>Where the first damage begins; null while there is none.</summary>
    public long? DamagedAt { get; private set; }

    /// <summary>What the first damage is; null while there is none.</summary>
    public string? Damage { get; private set; }

    /// <summary>The damage in a sentence for people; null where there is none.</summary>
    public string? Problem => DamagedAt is null
        ? null
        : $"The journal is damaged at byte {DamagedAt}: {Damage}. "
            + $"{Counted.Of(LostBytes, "byte is", "bytes are")} lost, "
            + $"{Counted.Of(Records, "record was", "records were")} read.";

    /// <summary>Opens a journal.</summary>
    public static bool TryOpen(
        string path, [NotNullWhen(true)] out JournalReader? reader, [NotNullWhen(false)] out string? problem)
    {
        reader = null;
        try
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0);
            if (TryOpen(stream, out reader, out problem)) return true;
            stream.Dispose();
            problem = $"{path} {problem}.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            problem = $"{path} cannot be read: {e.Message}";
        }

        return false;
    }

    /// <summary>Opens a journal; <paramref name="problem"/> follows its name in the message.</summary>
    public static bool TryOpen(
        Stream file, [NotNullWhen(true)] out JournalReader? reader, [NotNullWhen(false)] out string? problem)
    {
        Span<byte> head = stackalloc byte[JournalFormat.HeadBytes];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        problem = JournalFormat.HeadProblem(head[..length]);
        reader = problem is null ? new(file) { Position = length } : null;
        return reader is not null;
    }

    /// <summary>Reads the next whole record; false at the end of the file.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <exception cref="IOException">The file cannot be read any more.</exception>
    public bool TryNext(out ReadOnlySpan<byte> record)
    {
        while (Has(1))
        {
            var problem = FrameProblem(out var length);
            if (problem is null)
            {
                record = window.AsSpan(start + JournalFormat.FrameHeadBytes, length);
                Skip(JournalFormat.FrameHeadBytes + length);
                Records++;
                isInDamage = false;
                return true;
            }

            if (!isInDamage && DamagedAt is null) (DamagedAt, Damage) = (Position, problem);
            isInDamage = true;
            LostBytes++;
            Skip(1);
        }

        record = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    string? FrameProblem(out int length)
    {
        length = 0;
        if (!Has(JournalFormat.FrameHeadBytes)) return "it ends within a record's head";
        var head = window.AsSpan(start);
        var claimed = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (claimed is 0 or > Contract.MaxRecordBytes) return $"{claimed} is no record's length";
        length = (int)claimed;
        if (!Has(JournalFormat.FrameHeadBytes + length)) return "it ends within a record";
        var record = window.AsSpan(start + JournalFormat.FrameHeadBytes, length);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(window.AsSpan(start + 4));
        return checksum == JournalFormat.FrameChecksum(record) ? null : "a record's checksum is wrong";
    }

    // Makes the window hold this many bytes from the start on, where the file has them.
    bool Has(int bytes)
    {
        if (end - start >= bytes) return true;
        if (isAtEnd) return false;
        window.AsSpan(start..end).CopyTo(window);
        (start, end) = (0, end - start);
        var read = file.ReadAtLeast(window.AsSpan(end), bytes - end, throwOnEndOfStream: false);
        isAtEnd = read < bytes - end;
        end += read;
        return end >= bytes;
    }

    void Skip(int bytes)
    {
        start += bytes;
        Position += bytes;
    }
}
