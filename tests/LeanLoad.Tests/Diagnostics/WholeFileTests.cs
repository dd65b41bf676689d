using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Diagnostics;

/// <summary>Results replace files, and nothing else.</summary>
public sealed class WholeFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("leanload-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_is_made_and_replaced_whole()
    {
        WholeFile.Write(At("run.json"), static file => file.Write("first"u8));
        Assert.Equal("first", File.ReadAllText(At("run.json")));
        WholeFile.Write(At("run.json"), static file => file.Write("after"u8));
        Assert.Equal("after", File.ReadAllText(At("run.json")));
        Assert.Equal([At("run.json")], Directory.GetFiles(folder));
    }

    [Fact]
    public void What_cannot_be_finished_leaves_what_was_there()
    {
        File.WriteAllText(At("run.json"), "before");
        Assert.Throws<IOException>(
            () => WholeFile.Write(At("run.json"), static _ => throw new IOException("No space left")));
        Assert.Equal("before", File.ReadAllText(At("run.json")));
    }

    [Fact]
    public void A_link_stays_one_and_leads_to_the_new_content()
    {
        File.WriteAllText(At("real"), "before");
        File.CreateSymbolicLink(At("link"), At("real"));
        WholeFile.Write(At("link"), static file => file.Write("after"u8));
        Assert.Equal("after", File.ReadAllText(At("real")));
        Assert.NotNull(new FileInfo(At("link")).LinkTarget);
    }

    [Fact]
    public void A_device_is_written_to_and_stays_a_device()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Devices are told from files on Linux alone.");
        WholeFile.Write("/dev/null", static file => file.Write("after"u8));
        Assert.Equal(FileKind.Other, FileKinds.Of("/dev/null"));
        Assert.False(File.Exists("/dev/null.unfinished"));
    }

    [Fact]
    public void What_a_path_leads_to_is_known()
    {
        File.WriteAllText(At("file"), "");
        Assert.Equal(FileKind.Regular, FileKinds.Of(At("file")));
        Assert.Equal(FileKind.None, FileKinds.Of(At("nothing")));
        if (!OperatingSystem.IsLinux()) return;
        StaleSocket.Leave(At("socket"));
        Assert.Equal(FileKind.Socket, FileKinds.Of(At("socket")));
        Assert.Equal(FileKind.Other, FileKinds.Of(folder));
    }

    string At(string name) => Path.Combine(folder, name);
}
