using System.Runtime.InteropServices;

namespace LeanLoad.Diagnostics;

/// <summary>What a path leads to, links followed.</summary>
enum FileKind : byte
{
    /// <summary>Nothing, or nothing that can be looked at.</summary>
    None,

    /// <summary>A file whose bytes stay.</summary>
    Regular,

    /// <summary>A Unix socket.</summary>
    Socket,

    /// <summary>A directory, device or pipe: never ours to replace.</summary>
    Other,
}

/// <summary>
/// .NET tells directories and links only; a device, a pipe and a socket look like files to it, and would be renamed or
/// deleted like them.
/// </summary>
static partial class FileKinds
{
    // statx(2), whose layout is the same for every processor: 256 bytes, st_mode at 28.
    const int Size = 256, Mode = 28, TypeMask = 0xF000, Regular = 0x8000, Socket = 0xC000;
    const int CurrentDirectory = -100;
    const uint WantsType = 1;

    /// <summary>Where the system cannot tell, what is there is taken for a regular file.</summary>
    public static FileKind Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path) ? FileKind.Regular : FileKind.None;
        Span<byte> status = stackalloc byte[Size];
        if (StatX(CurrentDirectory, path, 0, WantsType, ref MemoryMarshal.GetReference(status)) != 0)
        {
            return FileKind.None;
        }

        return (MemoryMarshal.Read<ushort>(status[Mode..]) & TypeMask) switch
        {
            Regular => FileKind.Regular,
            Socket => FileKind.Socket,
            _ => FileKind.Other,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, ref byte status);
}
