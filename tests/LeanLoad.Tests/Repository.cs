using System.Runtime.CompilerServices;

namespace LeanLoad.Tests;

/// <summary>Where the sources that these tests were built from lie.</summary>
static class Repository
{
    /// <summary>The repository's top directory: above the test's binary, or else above this source file.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory) ?? Above(ThisFile())
        ?? throw new InvalidOperationException(
            $"no LeanLoad.sln above {AppContext.BaseDirectory}; run the tests inside the repository");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    static string? Above(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "LeanLoad.sln"))) return directory.FullName;
        return null;
    }

    static string ThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path) ?? "";
}
