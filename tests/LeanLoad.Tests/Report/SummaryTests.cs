using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Report;

public sealed partial class SummaryTests
{
    [Fact]
    public void A_run_that_passed_reads_well() => Matches("report/passed", Passed());

    [Fact]
    public void A_run_over_its_memory_reads_well() => Matches("report/over-memory", OverMemory());

    [Fact]
    public void A_run_in_which_nothing_happened_reads_well() => Matches("report/nothing", Nothing());

    [Fact]
    public void Scenarios_side_by_side_read_well() => Matches("report/scenarios", SideBySide());

    [Theory]
    [InlineData(40, 40, ": 40 users, ")]
    [InlineData(40, 12, ": 12 of 40 users, ")]
    [InlineData(1, 1, ": 1 user, ")]
    [InlineData(3, 7, ": 7 users (3 planned), ")]
    public void Who_came_stands_beside_the_plan_where_that_is_another_number(int planned, int started, string says) =>
        Assert.Contains(says, Text(Passed() with { Users = new(planned, started, 0) }, 100), StringComparison.Ordinal);

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(140)]
    public void Lines_of_prose_and_short_tables_keep_to_the_width(int width)
    {
        foreach (var run in new[] { Nothing(), OverMemory() with { Requests = Nothing().Requests, Iterations = [] } })
        {
            Assert.All(Text(run, width).Split('\n'), line => Assert.True(line.Length <= Math.Max(width, 78), line));
        }
    }

    [Fact]
    public void Colours_change_nothing_but_the_escape_sequences()
    {
        var coloured = Text(OverMemory(), 100, hasColours: true);
        Assert.Contains("\u001b[1;31mWOULD EXCEED MEMORY\u001b[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(Text(OverMemory(), 100), Escape().Replace(coloured, ""));
    }

    [Fact]
    public void What_a_target_answered_cannot_reach_the_terminal_as_a_control_sequence()
    {
        var stats = new RequestStats();
        stats.Record(1, 1, 0, FailureKind.Malformed);
        stats.AddExample(FailureKind.Malformed, "\u001b[2J\r\nowned\u009b1m \ud83d");
        var run = Passed() with
        {
            Requests = RequestSummary.Of(new Dictionary<int, RequestStats> { [1] = stats }, _ => "GET /",
                TimeSpan.FromSeconds(1)),
        };
        var text = Text(run, 100);
        Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter != '\n');
        Assert.Contains("owned", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Json(run));
        Assert.Contains("owned", json.RootElement.GetProperty("requests").GetProperty("failures")[0]
            .GetProperty("example").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_show_the_same_figures()
    {
        var run = OverMemory();
        using var json = JsonDocument.Parse(Json(run));
        var text = Text(run, 200);
        var root = json.RootElement;
        var responses = text[text.IndexOf("Response time", StringComparison.Ordinal)..].Split('\n');
        foreach (var row in root.GetProperty("requests").GetProperty("byName").EnumerateArray())
        {
            var line = responses.First(
                line => line.StartsWith(row.GetProperty("name").GetString() + " ", StringComparison.Ordinal));
            Assert.Contains(Quantities.Count(row.GetProperty("requests").GetInt64()), line, StringComparison.Ordinal);
            foreach (var figure in new[] { "p50", "p90", "p99", "max", "mean" })
            {
                Assert.Contains(Quantities.Time(row.GetProperty("responseTimeUs").GetProperty(figure).GetDouble()),
                    line, StringComparison.Ordinal);
            }
        }

        var peak = new Bytes(root.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64());
        Assert.Contains($"peak {peak,14}", text, StringComparison.Ordinal);
        Assert.Contains(root.GetProperty("headline").GetString()!.ToUpperInvariant(), text, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentiles_of_all_requests_are_those_of_the_merged_times_not_of_the_rows()
    {
        var (fast, slow) = (new RequestStats(), new RequestStats());
        for (var i = 0; i < 98; i++) fast.Record(10, 10, 0, FailureKind.None);
        for (var i = 0; i < 2; i++) slow.Record(200, 200, 0, FailureKind.None);
        var summary = RequestSummary.Of(new Dictionary<int, RequestStats> { [1] = fast, [2] = slow },
            id => $"GET /{id}", TimeSpan.FromSeconds(2));
        Assert.Equal((10, 200, 200),
            (summary.All.Response!.Value.P90Us, summary.All.Response.Value.P99Us, summary.All.Response.Value.MaxUs));
        Assert.Equal((50.0, 49.0), (summary.All.PerSecond, summary.Rows[0].PerSecond));
    }

    [Theory]
    [InlineData(0, "0 us")]
    [InlineData(1, "1 us")]
    [InlineData(999, "999 us")]
    [InlineData(1_000, "1.00 ms")]
    [InlineData(9_999, "10.0 ms")]
    [InlineData(99_960, "100 ms")]
    [InlineData(999_499, "999 ms")]
    [InlineData(999_500, "1.00 s")]
    [InlineData(4_294_967_295, "4295 s")]
    public void Times_have_three_digits_and_a_unit(double us, string text) => Assert.Equal(text, Quantities.Time(us));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.021, "21 ms")]
    [InlineData(0.1, "0.1 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1m 00s")]
    [InlineData(125, "2m 05s")]
    [InlineData(3599.6, "1h 00m")]
    [InlineData(7380, "2h 03m")]
    public void Spans_read_as_people_say_them(double seconds, string text) =>
        Assert.Equal(text, Quantities.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("GET /v2/{repository}/manifests/{digest}", 39, "GET /v2/{repository}/manifests/{digest}")]
    [InlineData("GET /v2/{repository}/manifests/{digest}", 21, "GET /v2/{r…s/{digest}")]
    [InlineData("abcdef", 4, "a…ef")]
    public void Long_names_lose_their_middle(string name, int width, string text) =>
        Assert.Equal(text, TextTable.Shorten(name, width));

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Escape();

    static void Matches(string name, RunResult run)
    {
        Golden.Matches($"{name}.txt", Text(run, 100));
        Golden.Matches($"{name}.json", Json(run) + "\n");
    }

    static string Text(RunResult run, int width, bool hasColours = false)
    {
        var output = new StringWriter { NewLine = "\n" };
        new TerminalSummary(output, width, hasColours).Write(run);
        return output.ToString();
    }

    static string Json(RunResult run)
    {
        var output = new ArrayBufferWriter<byte>();
        JsonSummary.Write(output, run);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    internal static RunResult Passed()
    {
        var random = new Random(42);
        var stats = new SortedDictionary<int, RequestStats> { [1] = new(), [2] = new(), [3] = new() };
        for (var i = 0; i < 6000; i++)
        {
            var us = (long)(800 + 400 * -Math.Log(1 - random.NextDouble()));
            stats[1 + i % 5 / 2].Record(us * (1 + i % 5 / 2), us * (1 + i % 5 / 2), 512, FailureKind.None);
        }

        return new()
        {
            Scenario = "registry",
            AgentVersion = "0.1.0",
            StartedAt = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Elapsed = TimeSpan.FromSeconds(65.2),
            LoadTime = TimeSpan.FromSeconds(64),
            Phases =
            [
                new(RunPhase.Starting, TimeSpan.Zero, TimeSpan.FromMilliseconds(21)),
                new(RunPhase.Bootstrap, TimeSpan.FromMilliseconds(21), TimeSpan.FromSeconds(0.8)),
                new(RunPhase.Ramp, TimeSpan.FromSeconds(0.821), TimeSpan.FromSeconds(4)),
                new(RunPhase.Steady, TimeSpan.FromSeconds(4.821), TimeSpan.FromSeconds(60)),
                new(RunPhase.Stopping, TimeSpan.FromSeconds(64.821), TimeSpan.FromSeconds(0.379)),
                new(RunPhase.Ended, TimeSpan.FromSeconds(65.2), TimeSpan.Zero),
            ],
            Users = new(40, 40, 0),
            Requests = RequestSummary.Of(stats, id => ((string[])["", "GET /v2/", "GET /token",
                "GET /v2/{repository}/manifests/{digest}"])[id], TimeSpan.FromSeconds(64)),
            Iterations = [IterationRow.Of("HubUser.Registry", Iterations(4000)),
                IterationRow.Of("HubUser.Manifest", Iterations(800))],
            Memory = new(Bytes.FromMiB(64), "--memory 64MiB", Bytes.FromMiB(128), Bytes.FromMiB(22.4), false, 40,
                [new(0, TimeSpan.FromSeconds(0.8), new() { Unreclaimable = Bytes.FromMiB(18),
                    Anonymous = Bytes.FromMiB(17.5), Live = Bytes.FromMiB(9) })],
                new(TimeSpan.FromSeconds(3), 40, Bytes.FromMiB(23), Bytes.FromMiB(22), Bytes.FromMiB(24.2), 811))
            {
                AtPeak = new(
                    new()
                    {
                        Unreclaimable = Bytes.FromMiB(22.4),
                        Anonymous = Bytes.FromMiB(20),
                        Committed = Bytes.FromMiB(14),
                        Live = Bytes.FromMiB(11),
                        Kernel = Bytes.FromMiB(2.1),
                        Sockets = Bytes.FromMiB(0.3),
                    },
                    new()
                    {
                        Proportional = Bytes.FromMiB(24),
                        Fragmented = Bytes.FromMiB(1.5),
                        Gen0Budget = Bytes.FromMiB(1),
                        Stalled = TimeSpan.FromSeconds(1.25),
                        WatcherBuffer = Bytes.FromMiB(2),
                    },
                    Users: 40),
                Bootstrapping = new(
                    new() { Unreclaimable = Bytes.FromMiB(17), Anonymous = Bytes.FromMiB(15) },
                    new() { Child = Bytes.FromMiB(9) },
                    Users: 0),
            },
            Ledger =
            [
                new(new(3, ScopeKind.Bootstrap, "HubSession.SignIn"), new(8_388_608), 1),
                new(new(4, ScopeKind.UserStart, "HubUser.Start"), new(40 * 512), 40),
                new(new(5, ScopeKind.Task, "HubUser.Registry"), new(4000 * 96), 4000),
                new(new(6, ScopeKind.Task, "HubUser.Manifest"), Bytes.Zero, 800),
                new(new(Scope.Engine, ScopeKind.Engine, "engine"), new(312_400), 31_000),
                new(new(Scope.OffLoop, ScopeKind.OffLoop, "off loop"), new(911_000), 0),
            ],
            Warnings = [],
            Options = [new("users", "40"), new("memory", "64MiB")],
            Headline = "passed",
            Verdict = "40 users need 24 MiB at most; the budget is 64 MiB. 811 users would fit.",
            ExitCode = 0,
        };
    }

    internal static RunResult SideBySide() => Passed() with
    {
        Scenario = "browse + buy",
        Books = new Books(6250, 6200, 4, 2, 40, 3, 1),
        Scenarios =
        [
            ScenarioRow.Of(
                new(0, "browse", false, 30, TimeSpan.Zero, null, [5]), new Books(4000, 3996, 4, 0, 0, 0, 0), null,
                new Dictionary<int, IterationStats> { [5] = Iterations(4000) }, TimeSpan.Zero,
                TimeSpan.FromSeconds(64)) with
            {
                // Somebody asked for more while it ran.
                MostUsers = 45,
            },
            ScenarioRow.Of(
                new(1, "buy", true, 10, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20), [6, 7]),
                new Books(2250, 2204, 0, 2, 40, 3, 1), null,
                new Dictionary<int, IterationStats> { [6] = Iterations(2204) }, TimeSpan.Zero,
                TimeSpan.FromSeconds(64)),
        ],
        Explanation =
        [
            "browse: Closed model: each user waits for its answers.", "buy: Open model: 2,250 iterations were due.",
            "No limit was met: the load is what was asked for.",
        ],
    };

    static RunResult OverMemory()
    {
        var stats = new SortedDictionary<int, RequestStats> { [0] = new(), [1] = new() };
        for (var i = 1; i <= 1200; i++)
        {
            stats[1].Record(1000 + i * 40, 1000 + i * 10, 900,
                i % 100 == 0 ? FailureKind.Timeout : i % 150 == 0 ? FailureKind.Rejected : FailureKind.None);
        }

        for (var i = 0; i < 3; i++) stats[0].Record(2000, 2000, 10, FailureKind.None);
        stats[1].Record(1, 1, 0, FailureKind.Cut);
        stats[1].AddExample(FailureKind.Timeout, "no response within 10 s");
        stats[1].AddExample(FailureKind.Rejected, "status 503, expected 200; the body begins: "
            + string.Concat(Enumerable.Repeat("upstream connect error ", 6)));
        return Passed() with
        {
            Phases = [new(RunPhase.Starting, TimeSpan.Zero, TimeSpan.FromMilliseconds(21)),
                new(RunPhase.Ramp, TimeSpan.FromMilliseconds(21), TimeSpan.FromSeconds(1.7))],
            Elapsed = TimeSpan.FromSeconds(1.8),
            LoadTime = TimeSpan.FromSeconds(1.7),
            Users = new(40, 15, 1),
            Requests = RequestSummary.Of(stats,
                id => id == 0 ? RequestNames.OtherName
                    : "GET /v2/{repository}/manifests/{reference}/a-name-that-is-too-long-for-any-table",
                    TimeSpan.FromSeconds(1.7)),
            Iterations = [],
            Memory = new(Bytes.FromMiB(64), "memory cgroup /leanload/demo (v1)", Bytes.FromMiB(64), Bytes.FromMiB(48.3),
                true, 15, [],
                new(TimeSpan.FromSeconds(1.6), 40, Bytes.FromMiB(104), Bytes.FromMiB(101), Bytes.FromMiB(107), 19)),
            Ledger =
            [
                new(new(3, ScopeKind.UserStart, "RegistryPerUser.Start"), Bytes.FromMiB(30.4), 15),
                new(new(Scope.Engine, ScopeKind.Engine, "engine"), new(200), 31_000),
            ],
            Warnings = [new(TimeSpan.FromSeconds(1), "names-capped", "There are more than 500 request names: 3 "
                + "requests count as (other), the first of them was GET /v2/a. Put what varies into holes of an "
                + "interpolated URL.")],
            Headline = "would exceed memory",
            Verdict = "40 users need 104 MiB ± 3; the limit is 64 MiB. RegistryPerUser.Start keeps 2.0 MiB per user "
                + "(80 MiB, 77 %). Make it a [Bootstrap] and 40 users need 24 MiB. As it is, 19 users fit.",
            ExitCode = 86,
        };
    }

    static RunResult Nothing() => Passed() with
    {
        Phases = [new(RunPhase.Starting, TimeSpan.Zero, TimeSpan.FromMilliseconds(12))],
        Elapsed = TimeSpan.FromMilliseconds(12),
        LoadTime = TimeSpan.Zero,
        Users = new(40, 0, 0),
        Requests = RequestSummary.Of(new Dictionary<int, RequestStats>(), _ => "", TimeSpan.Zero),
        Iterations = [],
        Memory = new(null, "nothing sets one", null, Bytes.FromMiB(6), true, 0, [], null),
        Ledger = [],
        Headline = "stopped",
        Verdict = "Stopped by SIGINT before the first user started.",
        ExitCode = 105,
    };

    static IterationStats Iterations(int count)
    {
        var stats = new IterationStats();
        for (var i = 0; i < count; i++) stats.Record(1000 + i, failed: i % 1000 == 999);
        return stats;
    }
}
