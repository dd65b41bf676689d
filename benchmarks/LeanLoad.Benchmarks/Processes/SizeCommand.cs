using System.CommandLine;
using System.IO.Compression;

namespace LeanLoad.Benchmarks.Processes;

/// <summary><c>size</c>: bytes of the published programs, as they lie in an image and as they travel.</summary>
static class SizeCommand
{
    public static Command Create()
    {
        var recording = new Recording();
        var command = new Command("size", "Size of the published agent, and of a load file of three small users.");
        recording.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var (at, machine) = (DateTimeOffset.UtcNow, Machine.Current());
            var log = new FigureLog();
            Add(log, "leanload-agent", await Repository.PublishAgentAsync());
            Add(log, "shapes.cs", await Repository.PublishAsync("benchmarks/shapes.cs"));
            FigureTable.Print(Console.Out, "", log.Figures);
            recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
            return 0;
        });
        return command;
    }

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
