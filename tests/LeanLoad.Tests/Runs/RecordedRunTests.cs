using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using LeanLoad.Stats;
using LeanLoad.Tests.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Runs;

public sealed class RecordedRunTests : IDisposable
{
    readonly DirectoryInfo home = Directory.CreateTempSubdirectory("ll-recorded-");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public void A_journal_is_reported_with_what_its_records_say()
    {
        Write(Path("run.journal"),
            [.. Run(), new RunEnded(TimeSpan.FromSeconds(3), 0, "All is well.", true, "passed")]);
        File.WriteAllText(Path("report.json"), "{}");
        File.WriteAllText(Path("report.html"), "<!doctype html>");
        foreach (var path in (string[])[Path("run.journal"), home.FullName, Path("report.json"), Path("report.html")])
        {
            var result = RecordedRun.Read(path);
            Assert.Equal(("shop", "passed", "All is well.", 0),
                (result.Run.Scenario, result.Run.Headline, result.Run.Verdict, result.ExitCode));
            Assert.Equal(7, result.Run.Requests.All.Requests);
            Assert.Equal(Bytes.FromMiB(9), result.Run.Memory.PeakUnreclaimable);
            Assert.Null(result.Collections);
            Assert.Equal(SessionEndReason.Journal, result.Session.Reason);
            Assert.Contains("run.journal", RunFacts.Session(result.Session), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_agent_that_was_killed_is_reported_up_to_its_last_whole_record()
    {
        Write(Path("killed"), [.. Run()]);
        using (var file = File.Open(Path("killed"), FileMode.Open)) file.SetLength(file.Length - 3);
        var result = RecordedRun.Read(Path("killed"));
        Assert.Equal(("the agent died", 1), (result.Run.Headline, result.ExitCode));
        Assert.Contains("it was killed, or still runs", result.Run.Verdict, StringComparison.Ordinal);
        Assert.Contains("damaged at byte", RunFacts.Session(result.Session), StringComparison.Ordinal);
        Assert.Equal(7, result.Run.Requests.All.Requests);
    }

    /// <summary>Two minutes in which what is kept grows; told, or by an agent from before it was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_leak_is_found_in_the_journal_of_an_agent_that_tells_what_is_kept(bool isTold)
    {
        var seconds = Enumerable.Range(2, 120).SelectMany(second => (IRecord[])
        [
            .. isTold ? [new MemoryKept(Kept(9 + second * 0.2))] : (IRecord[])[],
            new Tick
            {
                At = TimeSpan.FromSeconds(second),
                UsersPlanned = 2,
                UsersAdmitted = 2,
                UsersRunning = 2,
                Memory = new MemoryReading { Unreclaimable = Bytes.FromMiB(12 + second * 0.2) },
            },
        ]);
        Write(Path("leaks"),
            [.. Run(), .. seconds, new RunEnded(TimeSpan.FromSeconds(130), 0, "All is well.", true, "passed")]);
        var result = RecordedRun.Read(Path("leaks"));
        Assert.Equal(isTold, result.Judgement.Leak is not null);
        Assert.Equal(isTold, result.Judgement.WatchedForLeaks > TimeSpan.Zero);
        var text = new StringWriter();
        TerminalReport.Write(text, 100, false, result);
        Assert.Equal(isTold, text.ToString().Contains("Leak         What is kept", StringComparison.Ordinal));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void What_holds_no_run_is_refused_with_the_reason()
    {
        File.WriteAllText(Path("notes"), "no journal");
        Write(Path("empty"), []);
        File.WriteAllText(Path("summary.json"), "{}");
        File.WriteAllText(Path("report.json"), "{}");
        Refused(Path("nowhere"), "does not exist", "Name a results folder that leanload wrote, or a journal");
        Refused(Path("summary.json"), "summary.json", "A summary has no records", "Name a results folder");
        Refused(Path("report.json"), "report.json", "A summary has no records", "Name a results folder");
        Refused(home.FullName, "holds no run.journal");
        Refused(Path("notes"), "notes", "Name a results folder");
        Refused(Path("empty"), "0 whole records", "no record says what ran");
    }

    [Fact]
    public void Of_two_runs_that_can_not_be_read_both_are_told()
    {
        File.WriteAllText(Path("b.json"), "{}");
        var refused = Assert.Throws<AgentException>(() => RecordedRun.ReadBoth(Path("a.json"), Path("b.json")));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("a.json\" does not exist", refused.Message, StringComparison.Ordinal);
        Assert.Contains("b.json is", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.Message.Split(Environment.NewLine).Length);
    }

    static Kept Kept(double amount) => new(Bytes.FromMiB(amount), Bytes.FromMiB(amount), Bytes.FromMiB(4));

    static void Refused(string path, params string[] parts)
    {
        var refused = Assert.Throws<AgentException>(() => RecordedRun.Read(path));
        Assert.Equal(2, refused.ExitCode);
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }

    static IEnumerable<IRecord> Run()
    {
        yield return SampleRun.Started with
        {
            Scenario = "shop",
            PlannedUsers = 2,
            RampPerSecond = 10,
            Classes = [new PlannedClass("Shopper", 2)],
        };
        yield return new RequestDefined(0, "/products");
        yield return new PhaseChanged(TimeSpan.Zero, RunPhase.Ramp);
        var times = new LatencyHistogram();
        for (var us = 1; us <= 7; us++) times.Record(us * 100);
        yield return new RequestDelta(TimeSpan.FromSeconds(1), 0, 7, 0, 700, times, null);
        yield return new Tick
        {
            At = TimeSpan.FromSeconds(1),
            UsersPlanned = 2,
            UsersAdmitted = 2,
            UsersRunning = 2,
            Requests = 7,
            Memory = new MemoryReading { Unreclaimable = Bytes.FromMiB(9) },
        };
        yield return new Warning(TimeSpan.FromSeconds(2), "told", "The last record of an agent that is killed.");
    }

    static void Write(string path, IReadOnlyList<IRecord> records)
    {
        Assert.True(JournalWriter.TryCreate(path, out var writer, out var problem), problem);
        using (writer)
        {
            foreach (var record in records) writer.Append(Records.Encoded(record));
        }
    }

    string Path(string name) => System.IO.Path.Combine(home.FullName, name);
}
