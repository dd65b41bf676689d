using System.Text.RegularExpressions;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// <c>gate --prove</c>: puts an allocation of 24 bytes, made at one call in a thousand, into each hot path of a copy of
/// the sources, and expects the gate to fail for every one of them. A gate that nobody has seen fail proves nothing.
/// </summary>
static partial class Proof
{
    const string Statement = "global::LeanLoad.Leftover.Allocate();";

    /// <summary>24 bytes: an object's header, its method table, and the least it may hold.</summary>
    const string Leftover = """
        namespace LeanLoad;

        static class Leftover
        {
            static int calls;
            static object last = "";

            internal static void Allocate()
            {
                if (++calls % 1000 == 0) Volatile.Write(ref last, new object());
            }
        }
        """;

    /// <returns>The exit code: 0 where every allocation was seen.</returns>
    public static int Run(string repository)
    {
        var copy = Path.Combine(repository, "artifacts", "gate-proof");
        try
        {
            Copy(repository, copy);
            foreach (var paths in HotPath.All.GroupBy(static path => path.File))
            {
                var file = Path.Combine(copy, paths.Key);
                var source = paths.DistinctBy(static path => path.Method)
                    .Aggregate(File.ReadAllText(file), static (text, path) => path.With(Statement, text));
                File.WriteAllText(file, source);
            }

            File.WriteAllText(Path.Combine(copy, "agent", "LeanLoad", "Leftover.cs"), Leftover);
            return Judge(copy, HotPath.All.Select(static path => path.Benchmark));
        }
        finally
        {
            if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        }
    }

    static int Judge(string copy, IEnumerable<string> benchmarks)
    {
        Console.Error.WriteLine(
            "build the sources with an allocation of 24 B at one call in a thousand of each hot path");
        Subprocess.Run(
            copy, "dotnet", ["build", "benchmarks/LeanLoad.Benchmarks", "-c", "Release", "-v", "q", "--nologo"]);
        Console.Error.WriteLine("gate");
        var (code, output) = Subprocess.Try(copy, "dotnet",
            ["benchmarks/LeanLoad.Benchmarks/bin/Release/net10.0/LeanLoad.Benchmarks.dll", "gate", "--only", "bytes"]);
        var failed = FailedLine().Matches(output)
            .ToDictionary(static line => line.Groups["name"].Value, static line => line.Groups["moved"].Value);
        var unseen = 0;
        foreach (var benchmark in benchmarks)
        {
            var seen = failed.GetValueOrDefault(benchmark);
            Console.WriteLine($"{(seen is null ? "NOT SEEN" : "seen")}  {benchmark}: {seen ?? "passed"}");
            if (seen is null) unseen++;
        }

        if (unseen == 0 && code == 1)
        {
            Console.WriteLine("proved: the gate fails for 24 bytes in a thousand calls of every hot path");
            return 0;
        }

        Console.WriteLine(
            $"FAILED: {unseen} allocations were not seen; the gate ended with exit code {code}\n{output}");
        return 1;
    }

    static void Copy(string repository, string copy)
    {
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.EnumerateFiles(repository)) CopyFile(file, copy);
        foreach (var folder in (string[])["agent", "profiler", "benchmarks"])
        {
            CopyFolder(Path.Combine(repository, folder), Path.Combine(copy, folder));
        }
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) CopyFile(file, to);
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            var name = Path.GetFileName(folder);
            if (name is not ("bin" or "obj")) CopyFolder(folder, Path.Combine(to, name));
        }
    }

    static void CopyFile(string file, string folder) => File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

    [GeneratedRegex(@"^(?<name>\S+(?: \[[^\]]*\])?) .*FAILED: (?<moved>.* more.*)$", RegexOptions.Multiline)]
    private static partial Regex FailedLine();
}
