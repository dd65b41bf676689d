using System.Runtime.CompilerServices;

namespace LeanLoad.EndToEnd.Pods;

/// <summary>Where the sources of this test lie.</summary>
static class Repository
{
    public static string Root
    {
        get;
    } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    static string ThisFile([CallerFilePath] string path = "") => path;
}
