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
    public void A_link_to_nothing_is_followed_too()
    {
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
    public void A_pipe_that_nobody_reads_is_given_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a named pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", At("pipe"))) mkfifo.WaitForExit();
        var refused = Assert.Throws<IOException>(
            () => WholeFile.Write(At("pipe"), static file => file.Write("after"u8)));
        Assert.Contains("nobody has read it", refused.Message, StringComparison.Ordinal);
        Assert.Equal(FileKind.Other, FileKinds.Of(At("pipe")));
        Assert.Equal([At("pipe")], Directory.GetFiles(folder));
    }

    [Fact]
    public void What_comes_too_late_does_not_look_finished()
    {
        using var isGivenUp = new ManualResetEventSlim();
        using var isClosed = new ManualResetEventSlim();
        Assert.Throws<IOException>(() => WholeFile.Write(At("run.json"), file =>
        {
            isGivenUp.Wait();
            file.Write("after"u8);
            isClosed.Set();
        }));
        isGivenUp.Set();
        isClosed.Wait(TestContext.Current.CancellationToken);
        // What it does after that takes no time that a test could wait for: the disk has it, or will.
        SpinWait.SpinUntil(() => File.Exists(At("run.json")), TimeSpan.FromSeconds(1));
        Assert.Equal([At("run.json.unfinished")], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_fault_of_who_writes_it_is_thrown_to_who_waits()
    {
        Assert.Throws<InvalidOperationException>(
            () => WholeFile.Write(At("run.json"), static _ => throw new InvalidOperationException()));
        Assert.False(File.Exists(At("run.json")));
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
