using System.Xml;
using System.Xml.Linq;

namespace LeanLoad.Profiler.Agents;

/// <summary>
/// What an agent is built of, as far as files tell: the sources beside the project, those of the projects it refers to,
/// the property files above them. Enough to skip a build of seconds when nothing was touched; where in doubt, MSBuild
/// decides.
/// </summary>
static class BuildInputs
{
    static readonly string[] SharedFiles =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "nuget.config"];

    /// <summary>When the youngest of them was written (UTC).</summary>
    /// <param name="source">A project, or a load file.</param>
    public static DateTime Youngest(string source)
    {
        var seen = new HashSet<string>();
        var youngest = DateTime.MinValue;
        Visit(source, seen, ref youngest);
        return youngest;
    }

    /// <summary>
    /// Whether a load file takes a package in whatever version is the newest, such as <c>#:package LeanLoad@*</c>: no
    /// file tells that there is a newer one.
    /// </summary>
    public static bool HasFloatingPackage(string source) => Path.GetExtension(source) == ".cs"
        && Directives(source).Any(static line =>
            line.StartsWith("#:package ", StringComparison.Ordinal) && line.Contains('*'));

    static void Visit(string source, HashSet<string> seen, ref DateTime youngest)
    {
        if (!seen.Add(source) || !File.Exists(source)) return;
        Take(source, ref youngest);
        var directory = Path.GetDirectoryName(source)!;
        for (var above = directory; above is not null; above = Path.GetDirectoryName(above))
        {
            foreach (var name in SharedFiles) TakeShared(Path.Combine(above, name), source, seen, ref youngest);
        }

        foreach (var reference in References(source))
        {
            Visit(Path.GetFullPath(Path.Combine(directory, reference)), seen, ref youngest);
        }

        if (Path.GetExtension(source) == ".csproj") TakeSources(new DirectoryInfo(directory), ref youngest);
    }

    /// <summary>A load file has no project: what it is built of beside its package, such files say.</summary>
    static void TakeShared(string file, string source, HashSet<string> seen, ref DateTime youngest)
    {
        Take(file, ref youngest);
        if (Path.GetExtension(source) != ".cs" || Path.GetExtension(file) is not (".props" or ".targets")
            || !File.Exists(file))
        {
            return;
        }

        foreach (var reference in ProjectReferences(file))
        {
            Visit(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, reference)), seen, ref youngest);
        }
    }

    static void TakeSources(DirectoryInfo directory, ref DateTime youngest)
    {
        foreach (var file in directory.EnumerateFiles())
        {
            if (file.Name != "packages.lock.json" && file.LastWriteTimeUtc > youngest) youngest = file.LastWriteTimeUtc;
        }

        foreach (var child in directory.EnumerateDirectories())
        {
            if (child.Name is not ("bin" or "obj") && !child.Name.StartsWith('.')) TakeSources(child, ref youngest);
        }
    }

    /// <summary>Projects and property files that a project, a property file or a load file names.</summary>
    static IEnumerable<string> References(string source) =>
        Path.GetExtension(source) == ".cs" ? LoadFileReferences(source) : ProjectReferences(source);

    static IEnumerable<string> LoadFileReferences(string source)
    {
        foreach (var line in Directives(source))
        {
            if (!line.StartsWith("#:project ", StringComparison.Ordinal)) continue;
            var project = line["#:project ".Length..].Trim();
            var directory = Path.Combine(Path.GetDirectoryName(source)!, project);
            if (!Directory.Exists(directory)) yield return project;
            else foreach (var file in Directory.GetFiles(directory, "*.csproj")) yield return file;
        }
    }

    /// <summary>Directives stand at the top, among comments and empty lines.</summary>
    static IEnumerable<string> Directives(string source) => File.ReadLines(source)
        .TakeWhile(static line => line.Length == 0 || line[0] == '#' || line.StartsWith("//", StringComparison.Ordinal))
        .Where(static line => line.StartsWith("#:", StringComparison.Ordinal));

    static IEnumerable<string> ProjectReferences(string source)
    {
        XDocument document;
        try
        {
            document = XDocument.Load(source);
        }
        catch (XmlException)
        {
            yield break; // The build will say what is wrong with it.
        }

        foreach (var element in document.Descendants())
        {
            var reference = element.Name.LocalName switch
            {
                "ProjectReference" => element.Attribute("Include")?.Value,
                "Import" => element.Attribute("Project")?.Value,
                _ => null,
            };
            reference = reference?.Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal);
            if (reference is not null && !reference.Contains('$')) yield return reference.Replace('\\', '/');
        }
    }

    static void Take(string file, ref DateTime youngest)
    {
        if (File.Exists(file) && File.GetLastWriteTimeUtc(file) is var written && written > youngest)
        {
            youngest = written;
        }
    }
}
