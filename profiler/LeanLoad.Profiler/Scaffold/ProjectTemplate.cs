using System.Text;
using System.Text.RegularExpressions;

namespace LeanLoad.Profiler.Scaffold;

/// <summary>
/// What <c>leanload new</c> writes: a load file, a test of it, and benchmarks of its users. Its files are resources
/// below <c>template/</c>.
/// </summary>
/// <param name="Name">As typed: <c>web-shop</c>.</param>
/// <param name="Source">Where it takes LeanLoad from.</param>
sealed partial record ProjectTemplate(string Name, LibrarySource Source)
{
    const string Prefix = "template/";

    /// <summary>What is wrong with the name; null where nothing is.</summary>
    public string? Problem => NamePattern().IsMatch(Name)
        ? null
        : $"\"{Name}\" is no name for a project. Begin with a letter; letters, digits, single dashes and "
            + "underscores may follow, such as web-shop.";

    /// <summary>The name as C# has it: <c>WebShop</c>.</summary>
    public string Identifier =>
        string.Concat(Name.Split('-', '_').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Writes the files below a folder that is new or empty.</summary>
    /// <returns>Their paths below it, in order.</returns>
    public IReadOnlyList<string> Write(string folder)
    {
        var assembly = typeof(ProjectTemplate).Assembly;
        var written = new List<string>();
        foreach (var resource in assembly.GetManifestResourceNames().Order())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var path = Filled(resource[Prefix.Length..], folder).Replace(".txt", "", StringComparison.Ordinal);
            written.Add(Write(folder, path, Filled(reader.ReadToEnd(), folder)));
        }

        written.AddRange(Source.FilesFor(folder).Select(file => Write(folder, file.Path, file.Text)));
        return written;
    }

    static string Write(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(false));
        return path;
    }

    string Filled(string text, string folder) => new StringBuilder(text)
        .Replace("<!-- load-library -->", Source.Library(folder))
        .Replace("  <!-- load-publishing -->\n", Source.Publishing(folder) is { } import ? $"  {import}\n" : "")
        .Replace("<!-- load-benchmarking -->", Source.Benchmarking(folder))
        .Replace("LoadName", Identifier).Replace("load-name", Name).ToString();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$")]
    private static partial Regex NamePattern();
}
