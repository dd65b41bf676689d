using System.Runtime.CompilerServices;

namespace LeanLoad.Tests.Memory;

/// <summary>Directory trees as the kernel shows them: proc and sys below one root.</summary>
static class FixtureTree
{
    public static string Named(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../fixtures/cgroup", name));

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
