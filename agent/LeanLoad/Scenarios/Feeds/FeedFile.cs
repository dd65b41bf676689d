using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace LeanLoad;

/// <summary>
/// A file of rows, mapped into memory and shared by all users: what it costs are pages of the file that the system can
/// take back at any time, and at most 128 KiB for an index of every n-th row. Rows end with LF or CRLF; empty ones do
/// not count. It must not shrink while the run lasts.
/// </summary>
sealed unsafe partial class FeedFile
{
    /// <summary>
    /// Rows that are found at once; between two of them the file is scanned: at ten million rows, 100 KB at most, some
    /// 10 us.
    /// </summary>
    const int MaxIndexed = 16 << 10;

    /// <summary>A row that is longer is no row but the wrong file, or a quote that nobody closed.</summary>
    const int MaxRowBytes = 1 << 20;

    /// <summary>man 2 madvise</summary>
    const int DontNeed = 4;

    readonly byte* start;
    readonly long length;
    readonly bool hasQuotes;
    readonly List<long> index = [];
    long stride = 1;

    /// <summary>Maps the file and counts its rows.</summary>
    /// <param name="path">As the author wrote it; relative to the current directory.</param>
    /// <param name="hasQuotes">Whether a line break inside double quotes ends no row (RFC 4180 §2).</param>
    /// <param name="hasHeader">Whether the first row names the columns.</param>
    /// <exception cref="FeedException">It can't be read, or holds no row.</exception>
    public FeedFile(string path, bool hasQuotes, bool hasHeader)
    {
        (Path, this.hasQuotes) = (path, hasQuotes);
        try
        {
            using var stream = File.OpenRead(path);
            length = stream.Length;
            if (length == 0) throw new FeedException($"{path} is empty; a feed needs a row.");
            // Neither is ever given back: the feed is there for the users of the whole run.
            var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read,
                HandleInheritability.None, leaveOpen: true);
            map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read)
                .SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"{path} can't be read: {refused.Message} It is looked for in "
                + $"{Directory.GetCurrentDirectory()}.", refused);
        }

        var offset = length >= 3 && new ReadOnlySpan<byte>(start, 3).SequenceEqual("\uFEFF"u8) ? 3L : 0;
        if (hasHeader) Header = RowAt(offset, out offset).ToArray();
        while (TryRow(offset, out var begin, out var next))
        {
            Add(begin);
            offset = next;
        }

        if (Count == 0) throw new FeedException($"{path} holds no row{(hasHeader ? " below its header" : "")}.");
    }

    public string Path { get; }

    /// <summary>Rows, without the header.</summary>
    public long Count { get; private set; }

    /// <summary>The first row; empty where it names no columns.</summary>
    public byte[] Header { get; } = [];

    /// <summary>Where a row begins.</summary>
    public long OffsetOf(long row)
    {
        var offset = index[(int)(row / stride)];
        for (var left = row % stride; left > 0; left--) RowAt(offset, out offset);
        return Skip(offset);
    }

    /// <summary>The row that begins at an offset, or behind empty lines there, without its line end.</summary>
    /// <param name="offset">From <see cref="OffsetOf"/>, or the <paramref name="next"/> of the row before.</param>
    /// <param name="next">Where the next row begins; the length of the file behind the last.</param>
    public ReadOnlySpan<byte> RowAt(long offset, out long next)
    {
        TryRow(offset, out var begin, out next);
        var row = new ReadOnlySpan<byte>(start + begin, (int)(next - begin)).TrimEnd("\r\n"u8);
        return row;
    }

    /// <summary>The line that an offset lies in, from 1: counted anew, so for errors alone.</summary>
    public long LineOf(long offset)
    {
        var line = 1L;
        for (var at = 0L; at < offset; at += int.MaxValue)
        {
            line += new ReadOnlySpan<byte>(start + at, (int)Math.Min(int.MaxValue, offset - at)).Count((byte)'\n');
        }

        return line;
    }

    /// <summary>Lets go of the pages that were only looked through; they stay in the system's cache.</summary>
    public void LetGo()
    {
        if (OperatingSystem.IsLinux()) _ = Advise(start, (nuint)length, DontNeed);
    }

    void Add(long offset)
    {
        if (Count++ % stride != 0) return;
        index.Add(offset);
        if (index.Count < MaxIndexed) return;
        // Every other one stays, so that the index covers twice as much.
        for (var kept = 0; kept < index.Count / 2; kept++) index[kept] = index[kept * 2];
        index.RemoveRange(index.Count / 2, index.Count - index.Count / 2);
        stride *= 2;
    }

    long Skip(long offset)
    {
        while (offset < length && start[offset] is (byte)'\r' or (byte)'\n') offset++;
        return offset;
    }

    bool TryRow(long offset, out long begin, out long next)
    {
        begin = next = Skip(offset);
        if (begin >= length) return false;
        var rest = new ReadOnlySpan<byte>(start + begin, (int)Math.Min(MaxRowBytes, length - begin));
        var end = EndOf(rest);
        if (end < 0 && rest.Length == MaxRowBytes)
        {
            throw new FeedException($"{Path}, line {LineOf(begin)}: the row is longer than 1 "
                + $"MiB{(hasQuotes ? "; is a quote not closed?" : ".")}");
        }

        next = end < 0 ? length : begin + end + 1;
        return true;
    }

    /// <summary>The line feed that ends the row; -1 where the file ends first.</summary>
    int EndOf(ReadOnlySpan<byte> rest)
    {
        if (!hasQuotes) return rest.IndexOf((byte)'\n');
        var from = 0;
        while (true)
        {
            var found = rest[from..].IndexOfAny((byte)'\n', (byte)'"');
            if (found < 0) return -1;
            from += found;
            if (rest[from] == '\n') return from;
            var closing = rest[(from + 1)..].IndexOf((byte)'"');
            if (closing < 0) return -1;
            from += closing + 2;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint length, int advice);
}
