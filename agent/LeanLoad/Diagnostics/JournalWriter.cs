using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Appends records to a file of the format at <see cref="JournalFormat"/>. What was flushed survives the process, also
/// a SIGKILL. A write that fails is reported once, in <see cref="Problem"/>; from then on records are dropped, for the
/// run is worth more than its journal.
/// </summary>
/// <remarks>Memory: 16 KiB. Allocates nothing to append.</remarks>
sealed class JournalWriter : IDisposable
{
    readonly FileStream file;
    readonly string path;
    readonly byte[] buffer = new byte[16 << 10];
    int buffered;
    long written;

    JournalWriter(FileStream file, string path)
    {
        this.file = file;
        this.path = path;
        JournalFormat.WriteHead(buffer);
        buffered = JournalFormat.HeadBytes;
    }

    /// <summary>False once a record was dropped.</summary>
    public bool IsComplete => Problem is null;

    /// <summary>What went wrong, for people; null while nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Makes the file. One that exists is left alone: it may be the only trace of a run that died.</summary>
    public static bool TryCreate(
        string path, [NotNullWhen(true)] out JournalWriter? writer, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path) is { Length: > 0 })
            {
                writer = null;
                problem = $"--journal \"{path}\" exists already; name another file, or remove this one.";
                return false;
            }

            writer =
                new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0), path);
            writer.Flush();
            problem = writer.Problem;
            if (problem is null) return true;
            writer.Dispose();
            writer = null;
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            writer = null;
            problem = $"--journal \"{path}\" cannot be written: {e.Message}";
            return false;
        }
    }

    /// <summary>Adds a record of 1 to 32 KiB.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        var frame = JournalFormat.FrameHeadBytes + record.Length;
        if (frame > buffer.Length - buffered) Flush();
        if (Problem is not null) return;
        JournalFormat.WriteFrameHead(buffer.AsSpan(buffered), record);
        buffered += JournalFormat.FrameHeadBytes;
        if (record.Length > buffer.Length - buffered)
        {
            Flush();
            WriteOut(record);
            return;
        }

        record.CopyTo(buffer.AsSpan(buffered));
        buffered += record.Length;
    }

    /// <summary>Hands what is buffered to the system.</summary>
    public void Flush()
    {
        WriteOut(buffer.AsSpan(0, buffered));
        buffered = 0;
    }

    /// <summary>Flushes, asks the system to store it, and closes the file.</summary>
    public void Dispose()
    {
        if (!file.CanWrite) return;
        Flush();
        try
        {
            if (Problem is null) file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            Fail(e);
        }

        file.Dispose();
    }

    void WriteOut(ReadOnlySpan<byte> bytes)
    {
        if (Problem is not null || bytes.IsEmpty) return;
        try
        {
            file.Write(bytes);
            written += bytes.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    void Fail(Exception e) => Problem ??= written == 0
        ? $"--journal \"{path}\" cannot be written: {e.Message}"
        : $"The journal {path} ends after {written} bytes: {e.Message} The run goes on, its journal is incomplete.";
}
