using System.Runtime.CompilerServices;

namespace LeanLoad.Tests.Memory;

/// <summary>Directory trees as the kernel shows them: proc and sys below one root.</summary>
static class FixtureTree
{
    public static string Named(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../fixtures/cgroup", name));

    /// <summary>
    /// A tree of cgroups in each other, /1/2/3 …, the innermost ours, as on v1 beside an empty v2 (hybrid) or on v2
    /// alone. Each is charged 20 MiB, of which 10 are anonymous, and has no limit.
    /// </summary>
    /// <returns>The root, and each cgroup's directory from the outermost to the innermost.</returns>
    public static (DirectoryInfo Root, IReadOnlyList<string> Levels) Nested(int depth, bool isVersion1)
    {
        var root = Directory.CreateTempSubdirectory("leanload-cgroup-");
        var self = root.CreateSubdirectory("proc/self").FullName;
        var path = string.Concat(Enumerable.Range(1, depth).Select(static level => $"/{level}"));
        File.WriteAllText(Path.Combine(self, "cgroup"), isVersion1 ? $"4:memory:{path}\n0::/\n" : $"0::{path}\n");
        File.WriteAllText(Path.Combine(self, "mountinfo"), isVersion1
            ? "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
            : "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        File.WriteAllText(Path.Combine(self, "status"),
            "Pid:\t100\nVmRSS:\t9000 kB\nRssAnon:\t6000 kB\nRssShmem:\t0 kB\nVmPTE:\t100 kB\nThreads:\t4\n");
        var levels = new List<string>();
        var directory = Path.Combine(root.FullName, isVersion1 ? "sys/fs/cgroup/memory" : "sys/fs/cgroup");
        for (var level = 1; level <= depth; level++)
        {
            directory = Path.Combine(directory, $"{level}");
            Directory.CreateDirectory(directory);
            levels.Add(directory);
            void Write(string name, string text) => File.WriteAllText(Path.Combine(directory, name), text + "\n");
            Write("cgroup.procs", level == depth ? "100" : "");
            Write(isVersion1 ? "memory.usage_in_bytes" : "memory.current", $"{20 << 20}");
            Write(isVersion1 ? "memory.limit_in_bytes" : "memory.max", isVersion1 ? "9223372036854771712" : "max");
            Write("memory.stat", isVersion1
                ? $"total_rss {10 << 20}\ntotal_cache {9 << 20}" : $"anon {10 << 20}\nfile {9 << 20}");
        }

        return (root, levels);
    }

    /// <summary>A copy that a test may change.</summary>
    public static DirectoryInfo Copy(string name)
    {
        var source = Named(name);
        var target = Directory.CreateTempSubdirectory("leanload-cgroup-");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target.FullName, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }
}
