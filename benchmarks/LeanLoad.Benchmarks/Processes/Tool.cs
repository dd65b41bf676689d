namespace LeanLoad.Benchmarks.Processes;

/// <summary>A program that a benchmark needs beside ours.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Package">The Debian package that has it.</param>
sealed record Tool(string Name, string Package)
{
    public static readonly Tool Nginx = new("nginx", "nginx-light");
    public static readonly Tool Compiler = new("gcc", "gcc libc6-dev");
    public static readonly Tool Pin = new("taskset", "util-linux");

    // Where servers lie is not on everybody's path.
    static readonly string[] Directories =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin",
            "/usr/local/sbin"];

    /// <summary>Where it is; null where it is missing.</summary>
    public string? Location =>
        Directories.Select(directory => Path.Combine(directory, Name)).FirstOrDefault(File.Exists);

    /// <summary>A sentence with all that is missing and how to get it; null where nothing is.</summary>
    public static string? Missing(params IEnumerable<Tool> tools)
    {
        var missing = tools.Where(static tool => tool.Location is null).Distinct().ToArray();
        return missing.Length == 0 ? null
            : $"Missing: {string.Join(", ", missing.Select(static tool => tool.Name))}. On Debian: "
                + "apt-get install --no-install-recommends "
                + $"{string.Join(' ', missing.Select(static tool => tool.Package))}";
    }
}
