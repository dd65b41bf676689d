using System.CommandLine;
using System.IO.Compression;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>size</c>: bytes of the published programs, as they lie in an image and as they travel.</summary>
static class SizeCommand
{
    public static Command Create() => new FigureCommand(
        "size", "Size of the published agent, and of a load file of three small users.", [], static async (_, log) =>
    {
        Add(log, "leanload-agent", await Repository.PublishAgentAsync());
        Add(log, "shapes.cs", await Repository.PublishAsync("benchmarks/shapes.cs"));
    });

    static void Add(FigureLog log, string name, string path)
    {
        log.Add($"{name}/program", "B", Better.Lower, new FileInfo(path).Length);
        log.Add($"{name}/gzip", "B", Better.Lower, Compressed(path));
    }

    static long Compressed(string path)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            using var program = File.OpenRead(path);
            program.CopyTo(gzip);
        }

        return packed.Length;
    }
}
