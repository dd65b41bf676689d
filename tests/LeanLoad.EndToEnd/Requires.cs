using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// What a test needs of its machine. Where it is missing, the test is skipped with a reason and the remedy; where
/// <c>CI</c> is <c>true</c> it fails, because there a test that silently does not run is a promise nobody checks.
/// </summary>
static class Requires
{
    /// <summary>A program on the path.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="remedy">How to get it: <c>apt-get install skopeo</c>.</param>
    public static void Command(string name, string remedy)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var isThere = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(directory => File.Exists(Path.Combine(directory, name)));
        Unless(isThere, $"{name} is not on the path: {remedy}");
    }

    /// <summary>A build that a benchmark lets itself be measured in.</summary>
    public static void OptimizedCode()
    {
#if DEBUG
        Unless(false, "only optimized code is measured: dotnet test -c Release");
#endif
    }

    /// <summary>The rights of root.</summary>
    public static void Root() => Unless(Environment.IsPrivilegedProcess, "this test needs root");

    /// <summary>A memory cgroup hierarchy, v1 or v2, in which we may make groups.</summary>
    public static void MemoryCgroup() =>
        Unless(CanMakeGroup("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            || CanMakeGroup("/sys/fs/cgroup", "memory.max"),
            "no memory cgroup can be made below /sys/fs/cgroup: run as root, outside of a container or in a "
            + "privileged one");

    static void Unless(bool isMet, string reason)
    {
        if (isMet) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
    }

    /// <summary>Tries it: mounts, delegation and rights decide together, and only the kernel knows the sum.</summary>
    static bool CanMakeGroup(string root, string limitFile)
    {
        var group = Path.Combine(root, $"leanload-probe-{Environment.ProcessId}-{Guid.NewGuid():N}");
        if (!Directory.Exists(root)) return false;
        try
        {
            Directory.CreateDirectory(group);
            // A plain directory of a tmpfs has no such file, nor has a v2 group whose parent does not hand the
            // controller down.
            return File.Exists(Path.Combine(group, limitFile));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            if (Directory.Exists(group)) Directory.Delete(group);
        }
    }
}
