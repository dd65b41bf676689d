using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>What this process may do in a folder (man 2 access), asked without doing it.</summary>
static partial class FolderAccess
{
    const int Write = 2, Enter = 1;

    /// <summary>Whether it may make a file there; true where the system does not tell.</summary>
    public static bool CanWrite(string folder) => !OperatingSystem.IsLinux() || Access(folder, Write | Enter) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
