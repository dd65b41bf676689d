using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LeanLoad.Memory;

/// <summary>
/// A small text file of procfs or cgroupfs, opened once and read again and again from its beginning: the kernel writes
/// it anew for every read at offset 0. A reading costs one system call and allocates nothing; <see
/// cref="File.ReadAllText(string)"/> costs four and a string.
/// </summary>
sealed partial class KernelFile : IDisposable
{
    readonly SafeFileHandle handle;

    KernelFile(string path, SafeFileHandle handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>Where it is, for messages.</summary>
    public string Path { get; }

    /// <summary>Opens a file that may well be missing or forbidden.</summary>
    public static bool TryOpen(
        string path, [NotNullWhen(true)] out KernelFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        try
        {
            file = new KernelFile(path, File.OpenHandle(path));
            problem = null;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = Why(path, error);
            return false;
        }
    }

    /// <summary>Whether there is something of that name, be it readable or not.</summary>
    public static bool IsThere(string path)
    {
        if (TryOpen(path, out var file, out var problem)) file.Dispose();
        return problem is null || problem != Missing(path);
    }

    /// <summary>
    /// The file's text at this moment, in <paramref name="buffer"/>; empty where it cannot be read, for instance
    /// because its cgroup is gone.
    /// </summary>
    /// <param name="buffer">Large enough, or the text is cut; every file read here has its important lines within 4
    /// KiB.</param>
    public ReadOnlySpan<byte> Read(byte[] buffer)
    {
        // Not RandomAccess.Read: it throws when the cgroup is gone (ENODEV), and a reading must not throw.
        var count = Pread(handle, buffer, (nuint)buffer.Length, 0);
        return count <= 0 ? default : buffer.AsSpan(0, (int)count);
    }

    /// <summary>All text of a file that is read once.</summary>
    public static bool TryReadAll(
        string path, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        (text, problem) = (null, null);
        try
        {
            text = File.ReadAllText(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = Why(path, error);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    static string Why(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => Missing(path),
        UnauthorizedAccessException => $"{path} cannot be read: no permission",
        _ => $"{path} cannot be read: {error.Message}",
    };

    static string Missing(string path) => $"{path} does not exist";

    [LibraryImport("libc", EntryPoint = "pread")]
    private static partial nint Pread(SafeFileHandle file, byte[] buffer, nuint count, long offset);
}
