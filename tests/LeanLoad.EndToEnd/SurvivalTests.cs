using System.Diagnostics;
using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Results survive what becomes of the process and of its files: a kill, a full disk, one that may not be written to, a
/// reader that does not read.
/// </summary>
public sealed class SurvivalTests(PublishedAgent agent, ITestOutputHelper output)
{
    [Fact]
    public async Task A_kill_at_any_instant_loses_at_most_the_last_second()
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var path = scratch[$"{attempt}.journal"];
            await using var running = Run(server, "30s", "--journal", path).Start();
            await running.SeesAsync("Ready");
            var ready = Stopwatch.GetTimestamp();
            // Whole seconds are when records are written: six instants all around them.
            await Task.Delay(TimeSpan.FromMilliseconds(2000 + attempt * 170), TestContext.Current.CancellationToken);
            running.Signal(RunningCommand.KillAtOnce);
            await running.Completion;
            var lived = Stopwatch.GetElapsedTime(ready);

            var records = Journal.Read(path, out var problem);
            var ramp = records.OfType<PhaseChanged>().First(phase => phase.Phase == RunPhase.Ramp).At;
            var last = records.OfType<Tick>().Last();
            output.WriteLine($"Killed after {lived.TotalSeconds:0.00} s, {records.Count} records, "
                + $"the last second ends at {(last.At - ramp).TotalSeconds:0.00} s. {problem}");
            // A second for the tick, and what the busy machine takes to see "Ready" and to kill.
            Assert.InRange((lived - (last.At - ramp)).TotalSeconds, -0.5, 1.5);
            Assert.DoesNotContain(records, record => record is RunEnded);
            Assert.True(last.Requests > 0);
            // Whole or not there: at most the record that was being written is cut.
            Assert.True(problem is null || problem.Contains("ends within a record", StringComparison.Ordinal), problem);
        }
    }

    [Fact]
    public async Task On_a_full_disk_the_run_goes_on_and_no_file_looks_complete()
    {
        Requires.Root();
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        using var disk = SmallDisk.Mount(scratch["disk"], kiB: 8);
        var result = await Run(server, "4s", "--journal", disk["run.journal"], "--json", disk["run.json"],
            "--csv", disk["run"], "--hdr", disk["run.hlog"], "--junit", disk["run.xml"]).RunAsync();

        result.Ended(87);
        Assert.Contains("No space left on device", result.Output, StringComparison.Ordinal);
        Assert.Contains("results not stored", result.Output, StringComparison.OrdinalIgnoreCase);
        // While it goes on, too: what is told at the end stands in the output.
        Assert.Contains($"The journal {disk["run.journal"]} ends after", result.Error, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(disk.Path).Order()) output.WriteLine(Path.GetFileName(file));
        // The journal has taken all there was, and says by its end that it is not whole.
        var others = Directory.EnumerateFiles(disk.Path).Where(file => file != disk["run.journal"]);
        // One whose every second still found room is whole indeed.
        Assert.All(others, file => Assert.True(
            file.EndsWith(".unfinished", StringComparison.Ordinal)
                || (file == disk["run_history.csv"] && File.ReadLines(file).Count() >= 5), file));
        var records = Journal.Read(disk["run.journal"], out _);
        Assert.DoesNotContain(records, record => record is RunEnded { IsComplete: true });
    }

    [Fact]
    public async Task A_disk_that_may_not_be_written_to_costs_the_files_and_not_the_run()
    {
        Requires.Root();
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        using var disk = SmallDisk.Mount(scratch["disk"], kiB: 64, "ro");
        var unrecorded = await Run(server, "1s", "--journal", disk["run.journal"]).RunAsync();
        unrecorded.Ended(87);
        // At once, before the first user.
        var first = unrecorded.Error.Split("Ready")[0];
        Assert.Contains("--journal", first, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", first, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", unrecorded.Output, StringComparison.Ordinal);

        var result = (await Run(server, "1s", "--json", disk["run.json"], "--csv", disk["run"]).RunAsync()).Ended(87);
        Assert.Contains("Read-only file system", result.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(disk.Path));
    }

    [Fact]
    public async Task A_reader_that_stops_reading_neither_holds_up_the_run_nor_lets_memory_grow()
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        // A journal of 200 request names in a second is more than a pipe holds: 64 KiB.
        string[] pipes = [scratch["run.journal"], scratch["run.hlog"]];
        await Make("mkfifo", pipes);
        // Opened, so that the pipe has a reader, and never read.
        using var journal = new FileStream(pipes[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        using var hdr = new FileStream(pipes[1], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        Fill(journal);
        Fill(hdr);
        var began = Stopwatch.GetTimestamp();
        var command = Run(server, "8s", "--users", "50", "--journal", pipes[0], "--hdr", pipes[1], "--json",
            scratch["run.json"]);
        var result = (await (command with { Cage = Bytes.FromMiB(64) }).RunAsync()).Ended(87);
        var took = Stopwatch.GetElapsedTime(began);
        var run = scratch.Json("run.json");
        output.WriteLine($"{took.TotalSeconds:0.0} s, peak {result.Cage!.Value.Peak}; "
            + run.GetProperty("verdict").GetString());
        Assert.InRange(took.TotalSeconds, 8, 16);
        Assert.InRange(result.Cage!.Value.Peak!.Value.Count, 1, Bytes.FromMiB(32).Count);
        Assert.True(run.GetProperty("requests").GetProperty("all").GetProperty("requests").GetInt64() > 1000);
    }

    [Theory]
    [InlineData("2", "Of the log")]
    [InlineData("1", "The summary could not be written to standard output: nobody has read it")]
    public async Task A_terminal_that_nobody_reads_neither_holds_up_the_run_nor_passes_for_one_that_was_read(
        string descriptor, string said)
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        await Make("mkfifo", scratch["terminal"]);
        // It has a reader, who does not read, and no room for a single line.
        using var terminal =
            new FileStream(scratch["terminal"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        terminal.Write(new byte[64 << 10]);
        var run = Run(server, "3s", "--users", "10", "--json", scratch["run.json"], "--journal", scratch["journal"]);
        var began = Stopwatch.GetTimestamp();
        var result = (await new Command("sh", ["-c", $"pipe=$0; exec \"$@\" {descriptor}> $pipe", scratch["terminal"],
            run.Program, .. run.Arguments])
        { Cage = Bytes.FromMiB(64) }.RunAsync()).Ended(87);
        var took = Stopwatch.GetElapsedTime(began);
        var json = scratch.Json("run.json");
        output.WriteLine($"{took.TotalSeconds:0.0} s: {json.GetProperty("verdict").GetString()}");
        Assert.InRange(took.TotalSeconds, 3, 13);
        Assert.Equal(87, json.GetProperty("exitCode").GetInt32());
        Assert.Contains(said, json.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.True(json.GetProperty("requests").GetProperty("all").GetProperty("requests").GetInt64() > 1000);
        var ended = Assert.IsType<RunEnded>(Journal.Read(scratch["journal"], out _)[^1]);
        Assert.Equal((87, true), (ended.ExitCode, ended.IsComplete));
    }

    [Fact]
    public async Task A_pipe_that_nobody_opens_is_refused_with_the_reason()
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        await Make("mkfifo", scratch["pipe"]);
        var result = (await Run(server, "1s", "--journal", scratch["pipe"]).RunAsync()).Ended(2);
        Assert.Contains("nobody has begun to read it", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--junit")]
    public async Task A_result_that_nobody_reads_is_told_and_the_run_ends(string option)
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        await Make("mkfifo", scratch["pipe"]);
        var result = (await Run(server, "1s", option, scratch["pipe"]).RunAsync()).Ended(87);
        result.Said($"{option} \"{scratch["pipe"]}\" could not be written: nobody has read it");
        Assert.Contains("RESULTS NOT STORED", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_disk_refuses_only_when_it_is_to_store_it_does_not_look_complete()
    {
        Requires.Command("strace", "apt-get install strace");
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        var run = Run(server, "1s", "--json", scratch["run.json"], "--junit", scratch["run.xml"], "--csv",
            scratch["run"], "--hdr", scratch["run.hlog"]);
        // As a quota or a disk elsewhere tells it.
        var result = await new Command("strace", ["-f", "-qq", "-o", scratch["trace"], "-e", "trace=fsync", "-e",
            "inject=fsync:error=ENOSPC", run.Program, .. run.Arguments]).RunAsync();
        result.Ended(87).Said($"--json \"{scratch["run.json"]}\" could not be written: No space left on device");
        Assert.All(Directory.EnumerateFiles(scratch.Path, "run*"),
            file => Assert.EndsWith(".unfinished", file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_kill_no_file_looks_complete_and_none_of_an_earlier_run_like_one_of_this()
    {
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        string[] grown = ["run.hlog", "run_history.csv"];
        string[] names = [.. grown, "run.json", "run.xml", "run_failures.csv", "run_scenarios.csv", "run_stats.csv"];
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(
                scratch[name], "of an earlier run", TestContext.Current.CancellationToken);
        }

        await using var running = Run(server, "30s", "--json", scratch["run.json"], "--junit", scratch["run.xml"],
            "--csv", scratch["run"], "--hdr", scratch["run.hlog"]).Start();
        await running.SeesAsync("Ready");
        await Task.Delay(TimeSpan.FromSeconds(2.5), TestContext.Current.CancellationToken);
        running.Signal(RunningCommand.KillAtOnce);
        await running.Completion;
        Assert.Equal(
            names.Select(static name => name + ".previous").Concat(grown.Select(static name => name + ".unfinished"))
                .Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(scratch.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal("of an earlier run", File.ReadAllText(scratch[name + ".previous"])));
        // With its seconds, for whoever reads on.
        Assert.All(grown, name => Assert.True(File.ReadLines(scratch[name + ".unfinished"]).Count() >= 2, name));
    }

    Command Run(EchoingServer server, string duration, params string[] options) => agent.Command(
        ["--url", server.Url, "--duration", duration, "--log", "console", "--when-limited", "warn", .. options]);

    static async Task Make(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    static void Fill(FileStream pipe)
    {
        // 60 of its 64 KiB: the file opens and takes the head, and soon nothing more.
        var most = new byte[60 << 10];
        pipe.Write(most);
    }
}
