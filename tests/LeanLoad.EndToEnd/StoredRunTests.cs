using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>What the profiler keeps of a run, on a disk that fills while it lasts, or is too small for its reports.
/// </summary>
public sealed class StoredRunTests(PublishedAgent agent)
{
    [Fact]
    public async Task Records_that_a_full_disk_cut_off_are_said_though_there_is_room_again_for_the_reports()
    {
        Requires.Root();
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        using var disk = SmallDisk.Mount(scratch["disk"], kiB: 4096);
        await using var running = Run(server, disk.Path, "6s").Start();
        await ProfilerCommandTests.Exists(disk["run.journal"]);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var filler = disk["filler"];
        Fill(filler);
        await Task.Delay(4000, TestContext.Current.CancellationToken);
        File.Delete(filler);
        var ended = (await running.Completion).Ended(87);
        Assert.Contains("run.journal ends after", ended.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", ended.Error, StringComparison.Ordinal);
        Assert.Equal(87, scratch.Json("disk/report.json").GetProperty("exitCode").GetInt32());
        Assert.True(File.Exists(disk["report.html"]));
    }

    [Theory]
    [InlineData(87)]
    [InlineData(99, "--fail-if", "throughput < 10000000/s")]
    public async Task A_report_that_has_no_room_is_said_and_the_run_ends_as_it_did(int code, params string[] options)
    {
        Requires.Root();
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        using var disk = SmallDisk.Mount(scratch["disk"], kiB: 24);
        var ended = (await Run(server, disk.Path, "1s").With(options).RunAsync()).Ended(code);
        Assert.Contains("There is no", ended.Error, StringComparison.Ordinal);
        Assert.Contains("report.html of this run: No space left on device", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(disk["report.html"]));
        // The run was shown all the same.
        Assert.Contains("requests", ended.Output, StringComparison.Ordinal);
    }

    Command Run(EchoingServer server, string output, string duration) => PublishedAgent.LeanLoad(
        "run", agent.Path, "--out", output, "--", "--url", server.Url, "--users", "4", "--duration", duration,
        "--when-limited", "warn");

    static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
