using System.Runtime.InteropServices;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Has a disk store a file (man 2 fsync), and hears what it says. <c>FileStream.Flush(true)</c> does not: the runtime's
/// wrapper takes an fsync that failed for one that did not (seen with one that always fails, .NET 10).
/// </summary>
static partial class DiskSync
{
    const int Interrupted = 4, NotSynchronized = 22;

    /// <summary>Stores what was written; a pipe and a device have no disk.</summary>
    /// <exception cref="IOException">Not all of it could be stored.</exception>
    public static void Store(FileStream file)
    {
        if (!file.CanSeek) return;
        file.Flush(flushToDisk: !OperatingSystem.IsLinux());
        if (!OperatingSystem.IsLinux()) return;
        while (Synchronize(file.SafeFileHandle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == NotSynchronized) return;
            if (error != Interrupted) throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeHandle file);
}
