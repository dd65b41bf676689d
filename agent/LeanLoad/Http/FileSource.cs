using Microsoft.Win32.SafeHandles;

namespace LeanLoad.Http;

/// <summary>A file, read in place: no buffer of its own.</summary>
sealed class FileSource : BodySource
{
    readonly SafeFileHandle file;
    readonly string path;
    long position;

    FileSource(string path, SafeFileHandle file, long? length)
        : base(length) => (this.path, this.file) = (path, file);

    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static FileSource Open(string path, bool isChunked)
    {
        var file = File.OpenHandle(path);
        return new FileSource(path, file, isChunked ? null : RandomAccess.GetLength(file));
    }

    public override void Restart()
    {
        base.Restart();
        position = 0;
    }

    public override void Dispose() => file.Dispose();

    public override string ToString() => path;

    protected override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer, position);
        position += count;
        return count;
    }
}
