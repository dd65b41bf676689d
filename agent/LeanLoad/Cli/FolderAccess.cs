using System.Runtime.InteropServices;
using LeanLoad.Diagnostics;

namespace LeanLoad.Cli;

/// <summary>What this process may do in a folder (man 2 access), asked without doing it.</summary>
static partial class FolderAccess
{
    const int Write = 2, Enter = 1;

    /// <summary>
    /// Whether it may make a file there; true where the system does not tell, and on a disk that is read-only:
    /// as one that is full it costs the files, not the run.
    /// </summary>
    public static bool CanWrite(string folder) => !OperatingSystem.IsLinux() || Access(folder, Write | Enter) == 0
        || Marshal.GetLastPInvokeError() == DiskError.ReadOnly;

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
