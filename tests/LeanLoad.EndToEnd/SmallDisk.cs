using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>A file system of its own in memory, of so many KiB.</summary>
sealed class SmallDisk : IDisposable
{
    SmallDisk(string path) => Path = path;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public static SmallDisk Mount(string path, int kiB, string access = "rw")
    {
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kiB}k,{access}"),
            "leanload-test", path);
        return new SmallDisk(path);
    }

    public void Dispose() => Run("umount", Path);

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
