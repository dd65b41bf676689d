using System.Reflection;
using System.Runtime.InteropServices;

namespace LeanLoad.Profiler.Agents;

/// <summary>
/// A file beside a published agent that says when it was built, and with which tools: so a build of seconds is skipped
/// while nothing of that has changed.
/// </summary>
/// <param name="output">The directory of the published files.</param>
/// <param name="tools">What builds now: other tools than those of the stamp build anew.</param>
sealed class BuildStamp(string output, string tools)
{
    /// <summary>
    /// For so long a floating version stands for the package that it was built with: to ask its feed at each run would
    /// make every run wait for the network.
    /// </summary>
    static readonly TimeSpan FloatingFor = TimeSpan.FromDays(1);

    readonly string path = Path.Combine(output, "leanload.stamp");

    /// <summary>This program's version, and the SDKs that are installed.</summary>
    public static string InstalledTools
    {
        get
        {
            var version = typeof(BuildStamp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
                .InformationalVersion.Split('+')[0];
            // dotnet/shared/Microsoft.NETCore.App/10.0.0: beside shared lie the SDKs.
            var kits = new DirectoryInfo(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../sdk"));
            string[] names = kits.Exists ? [.. kits.EnumerateDirectories().Select(static kit => kit.Name)] : [];
            return $"leanload {version}, SDK {string.Join(' ', names.Order())}";
        }
    }

    /// <summary>Whether what is published is what a build would make now, as far as files tell.</summary>
    /// <param name="source">A project, or a load file.</param>
    /// <param name="now">The time (UTC).</param>
    public bool IsCurrent(string source, DateTime now)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != tools) return false;
        var built = File.GetLastWriteTimeUtc(path);
        return built >= BuildInputs.Youngest(source)
            && (now - built < FloatingFor || !BuildInputs.HasFloatingPackage(source));
    }

    /// <summary>A build has ended.</summary>
    /// <param name="began">When it began (UTC): what was written during it counts as newer.</param>
    public void Set(DateTime began)
    {
        File.WriteAllText(path, tools);
        File.SetLastWriteTimeUtc(path, began);
    }
}
