using System.Text;
using System.Text.RegularExpressions;

namespace LeanLoad.Profiler.Scaffold;

/// <summary>
/// The project that <c>leanload new</c> writes: a load file and a test of it. Its files are resources below
/// <c>template/</c>.
/// </summary>
/// <param name="Name">As typed: <c>web-shop</c>.</param>
/// <param name="PackageVersion">Of the LeanLoad package that it refers to.</param>
/// <param name="Packages">A folder of packages to restore from beside the usual sources; null for none.</param>
sealed partial record ProjectTemplate(string Name, string PackageVersion, string? Packages)
{
    const string Prefix = "template/";

    /// <summary>What is wrong with the name; null where nothing is.</summary>
    public string? Problem => NamePattern().IsMatch(Name)
        ? null
        : $"\"{Name}\" is no name for a project. Begin with a letter; letters, digits, single dashes and underscores "
            + "may follow, such as web-shop.";

    /// <summary>The name as C# has it: <c>WebShop</c>.</summary>
    public string Identifier =>
        string.Concat(Name.Split('-', '_').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Writes the files below a folder that is new or empty.</summary>
    /// <returns>Their paths below it, in order.</returns>
    public IReadOnlyList<string> Write(string folder)
    {
        var assembly = typeof(ProjectTemplate).Assembly;
        var written = new List<string>();
        foreach (var resource in assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            written.Add(Write(folder, Filled(resource[Prefix.Length..]).Replace(".txt", "", StringComparison.Ordinal),
                Filled(reader.ReadToEnd())));
        }

        if (Packages is not null) written.Add(Write(folder, "nuget.config", NugetConfig(Path.GetFullPath(Packages))));
        return written;
    }

    static string Write(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(false));
        return path;
    }

    string Filled(string text) => text.Replace("LoadName", Identifier, StringComparison.Ordinal)
        .Replace("load-name", Name, StringComparison.Ordinal)
            .Replace("load-version", PackageVersion, StringComparison.Ordinal);

    static string NugetConfig(string packages) => $"""
        <configuration>
          <packageSources>
            <add key="leanload" value="{packages}" />
          </packageSources>
        </configuration>

        """;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$")]
    private static partial Regex NamePattern();
}
