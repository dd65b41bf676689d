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

    /// <summary>Sees that all of some are there.</summary>
    /// <param name="instead">What else can be done, on a line of its own; null: nothing.</param>
    /// <param name="tools">What is needed.</param>
    /// <exception cref="MeasurementException">Some are missing; the message says which and how to get them.</exception>
    public static void Require(string? instead, params IEnumerable<Tool> tools)
    {
        var missing = tools.Where(static tool => tool.Location is null).Distinct().ToArray();
        if (missing.Length == 0) return;
        throw MeasurementException.Misused(
            $"Missing: {string.Join(", ", missing.Select(static tool => tool.Name))}. On Debian: "
            + "apt-get install --no-install-recommends "
            + string.Join(' ', missing.Select(static tool => tool.Package))
            + (instead is null ? "" : $"\n{instead}"));
    }
}
