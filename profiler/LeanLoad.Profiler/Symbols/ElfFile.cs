using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;

namespace LeanLoad.Profiler.Symbols;

/// <summary>Opens ELF files from disk: mapped while they are parsed, closed after.</summary>
static class ElfFile
{
    /// <summary>Reads the symbols with a prefix from a file.</summary>
    /// <param name="path">The executable, or the file with its debug symbols.</param>
    /// <param name="prefix">Only symbols that begin with this are kept.</param>
    /// <param name="image">What was read.</param>
    /// <param name="problem">On failure, a sentence that names the file.</param>
    public static bool TryRead(
        string path, ReadOnlySpan<byte> prefix,
        [NotNullWhen(true)] out ElfImage? image, [NotNullWhen(false)] out string? problem)
    {
        image = null;
        try
        {
            using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            var length = new FileInfo(path).Length;
            if (length > int.MaxValue)
            {
                problem = $"{path} is larger than 2 GiB; its symbols are not read.";
                return false;
            }

            if (TryParseView(view, (int)length, prefix, out image, out problem)) return true;
            problem = $"{path} {problem}.";
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // ArgumentException: an empty file cannot be mapped.
            problem = $"{path} cannot be read: {error.Message}";
            return false;
        }
    }

    /// <summary>Whether the file begins as a 64-bit little-endian ELF file; false where it cannot be read.</summary>
    public static bool IsElf(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[64];
            return ElfImage.IsElf64(start[..RandomAccess.Read(file, start, 0)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static unsafe bool TryParseView(
        MemoryMappedViewAccessor view, int length, ReadOnlySpan<byte> prefix,
        [NotNullWhen(true)] out ElfImage? image, [NotNullWhen(false)] out string? problem)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var file = new ReadOnlySpan<byte>(start + view.PointerOffset, length);
            return ElfImage.TryParse(file, prefix, out image, out problem);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
