using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Appends records to a file of the format at <see cref="JournalFormat"/>. What was flushed survives the process, also
/// a SIGKILL. A write that fails, or a file too slow for what is told, is reported once, in <see cref="Problem"/>; from
/// then on records are dropped, for the run is worth more than its journal.
/// </summary>
/// <remarks>Memory: that of <see cref="BoundedFile"/>. Allocates nothing to append.</remarks>
sealed class JournalWriter : IDisposable
{
    // Null where there is none, and Problem says why.
    readonly BoundedFile? file;
    readonly string path;
    bool isFinished;

    JournalWriter(BoundedFile? file, string path) => (this.file, this.path) = (file, path);

    /// <summary>False once a record was dropped.</summary>
    public bool IsComplete => Problem is null;

    /// <summary>What went wrong, for people; null while nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Makes the file. One that exists is left alone: it may be the only trace of a run that died.</summary>
    /// <param name="path">The file's.</param>
    /// <param name="writer">On a disk that takes nothing too: it has its <see cref="Problem"/> from the first.</param>
    /// <param name="problem">Why no journal can be there, which is a mistake of whoever named it.</param>
    public static bool TryCreate(
        string path, [NotNullWhen(true)] out JournalWriter? writer, [NotNullWhen(false)] out string? problem)
    {
        writer = null;
        try
        {
            if (File.Exists(path) && new FileInfo(path) is { Length: > 0 })
            {
                problem = $"--journal \"{path}\" exists already; name another file, or remove this one.";
                return false;
            }

            writer = new(BoundedFile.Open(() => Create(path)), path);
            writer.WriteHead();
        }
        catch (IOException e) when (DiskError.IsCauseOf(e))
        {
            writer = new(null, path);
            writer.Fail(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            problem = $"--journal \"{path}\" cannot be written: {e.Message}";
            return false;
        }

        problem = null;
        return true;
    }

    /// <summary>Adds a record of 1 to 32 KiB.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        if (Problem is not null) return;
        Span<byte> head = stackalloc byte[JournalFormat.FrameHeadBytes];
        JournalFormat.WriteFrameHead(head, record);
        try
        {
            file!.Write(head);
            file.Write(record);
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    /// <summary>Hands what was appended to the system.</summary>
    public void Flush()
    {
        if (Problem is not null) return;
        try
        {
            file!.Flush();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    /// <summary>
    /// Flushes, has the system store it, and closes the file: from then on <see cref="IsComplete"/> is the last word.
    /// </summary>
    public void Finish()
    {
        if (isFinished) return;
        isFinished = true;
        try
        {
            file?.Finish();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        file?.Dispose();
    }

    static FileStream Create(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);

    void WriteHead()
    {
        Span<byte> head = stackalloc byte[JournalFormat.HeadBytes];
        JournalFormat.WriteHead(head);
        file!.Write(head);
        Flush();
    }

    void Fail(IOException e) => Problem ??= file is null or { Written: 0 }
        ? $"--journal \"{path}\" cannot be written: {e.Message}"
        : $"The journal {path} ends after {file.Written} bytes: {e.Message} "
            + "What was told after that is not in it.";
}
