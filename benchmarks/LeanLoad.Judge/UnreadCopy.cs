using System.ComponentModel;
using System.Runtime.InteropServices;
using LeanLoad.Profiler.Agents;
using Microsoft.Win32.SafeHandles;

namespace LeanLoad.Judge;

/// <summary>
/// A program as a container runs it: nobody on this host has read it before, so its pages are charged to the first
/// cgroup that does, and the kernel drops them near its limit.
/// </summary>
static partial class UnreadCopy
{
    const int DontNeed = 4;

    /// <summary>Copies a program to a disk, and has the kernel forget its pages; a tmpfs keeps them.</summary>
    /// <exception cref="AgentException">The kernel does not.</exception>
    public static void Make(string program, string copy)
    {
        File.Copy(program, copy, overwrite: true);
        using var file = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite);
        // Written first: what is not cannot be dropped.
        file.Flush(flushToDisk: true);
        if (Advise(file.SafeFileHandle, 0, 0, DontNeed) is not 0 and var refused)
        {
            throw new AgentException($"The pages of {copy} cannot be dropped: {new Win32Exception(refused).Message}");
        }
    }

    /// <summary>Reads a program, so that its pages are charged to who calls this, and not to what it runs.</summary>
    public static void Read(string program)
    {
        using var file = new FileStream(program, FileMode.Open, FileAccess.Read, FileShare.Read);
        file.CopyTo(Stream.Null);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
