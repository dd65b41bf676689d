using System.Text.Json;
using LeanLoad.Judge;
using Xunit;
using static LeanLoad.Tests.Judge.JudgedCases;

namespace LeanLoad.Tests.Judge;

/// <summary>What the judge prints, and writes as JSON, of a handful of cases.</summary>
public sealed class FindingsReportTests
{
    static readonly RunOutcome Needed = Run(0) with
    {
        Admitted = 10,
        Peak = 100,
        Projections =
        [
            new(At: 2, Users: 4, Lower: 95, Expected: 104, Upper: 110),
            new(At: 4, Users: 5, Lower: 90, Expected: 93, Upper: 96),
        ],
    };

    static readonly CaseResult[] Some =
    [
        // 18 s before the kill, warned 24 s before it; and it took 3 s to end.
        Of(Killed with { Seconds = 30 }, Stopped(warnedAt: 6, stoppedAt: 12) with { Seconds = 15 }) with
        {
            RampSeconds = 60,
            Needed = Needed,
        },
        Of(Killed with { Seconds = 4 }, Stopped(warnedAt: null, stoppedAt: 3) with { Seconds = 3.5 },
            workload: "burst"),
        Of(Alive(0.9), Run(86), workload: "leak"),
        Of(Alive(0.5), Run(0) with { StoppedAt = 5 }, workload: "spikes"),
        Of(CutShort, Run(0), workload: "native"),
    ];

    /// <summary>The goals in their order, as <see cref="Some"/> meets and misses them.</summary>
    static readonly string[] Goals =
    [
        "killed though guarded, of those killed without 0 % <= 0 % met",
        "comfortable cases stopped 0 % <= 1 % met",
        "near cases stopped 100 % <= 5 % missed",
        "first warning, of the way to the kill, median 20 % <= 50 % met",
        "ramps of a minute warned of 10 s ahead, where anybody could 100 % >= 99 % met",
        "bursts that end with 86 and complete 100 % >= 99 % met",
        "verdict to end of process, most 3 s <= 2 s missed",
        "intervals that hold the peak, least of 10, 25 and 50 % of the users 0 % >= 93 % missed",
        "error at 25 % of the users, median 4 % <= 10 % met",
        "error at 50 % of the users, median 7 % <= 5 % missed",
        "foretold cases within 10 % at 25 % of the users 100 % >= 93 % met",
        "foretold cases within 5 % at 50 % of the users 0 % >= 93 % missed",
    ];

    [Fact]
    public void The_text_has_the_matrix_the_leads_the_goals_and_what_went_wrong()
    {
        var lines = Lines(Some);

        Assert.Equal("5 cases; the kernel's judgement with the guard off, and what the guard did", lines[0]);
        Assert.Equal("1 says nothing: the machine was too busy to let all users in", lines[1]);
        Assert.Contains("killed with it off 2 0 2 0 0", lines);
        Assert.Contains("peak at 85 to 95 % 1 0 1 0 0", lines);
        Assert.Contains("peak below 1 1 0 0 0", lines);
        Assert.Contains("lead, verdict to the kill it spared: median 1s, 1 % 1s, 95 % 18s, most 18s (2)", lines);
        Assert.Contains("linear 1 24.0s 24.0s 1 1", lines);
        Assert.Contains("verdict to end of process: median 0.5s, 1 % 0.5s, 95 % 3s, most 3s (2); "
            + "left out, their stop is not in the journal: 1", lines);
        Assert.Contains("linear 4.0% 1/1 1/1 4.0% 1/1 1/1 7.0% 0/1 0/1", lines);
        Assert.Contains("bursts that the kernel kills: 1 of 1 ended with 86 and complete results", lines);
        Assert.Equal(Goals, lines.SkipWhile(static line => line != "goals found").Skip(1).Take(Goals.Length));
        var wrong = lines.IndexOf("Stopped though it would have lived:");
        Assert.StartsWith("leak-64-over-1: exit 86", lines[wrong + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_figure_leaves_out_is_said_with_it_and_of_nothing_left_out_there_is_no_word()
    {
        Assert.DoesNotContain(Lines([Some[0]]), static line => line.Contains("left out", StringComparison.Ordinal));
        CaseResult[] cases =
        [
            Some[0],
            // Before its ramp.
            Of(Killed with { Seconds = 30 }, Run(86)) with { RampSeconds = 60 },
            Of(Alive(), Needed with { Admitted = 9 }, Run(0)),
            Of(Alive(), Needed with { Projections = Needed.Projections[1..] }, Run(0)),
            Of(CutShort, Run(0), Run(0)),
        ];

        var lines = Lines(cases);

        const string Untimed = " left out, their stop is not in the journal: 1";
        foreach (var figure in (string[])["lead, verdict", "the same", "first warning", "warned at", "verdict to end"])
        {
            Assert.EndsWith(Untimed, Assert.Single(lines,
                line => line.StartsWith(figure, StringComparison.Ordinal) && line.Contains(": median ",
                    StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        Assert.Contains("left out: no peak 1 1 1", lines);
        Assert.Contains("left out: not all started 1 1 1", lines);
        Assert.Contains("left out: no projection 1 1 0", lines);
        Assert.Equal(2, lines.Count(static line => line.StartsWith("1 says nothing", StringComparison.Ordinal)));
        using var document = Json(cases);
        var json = document.RootElement;
        Assert.Equal(1, json.GetProperty("hold").GetProperty("sayNothing").GetInt32());
        Assert.Equal(1, json.GetProperty("lead").GetProperty("leftOut").GetInt32());
        var tenth = json.GetProperty("projections")[0].GetProperty("leftOut");
        Assert.Equal((1, 1, 1), (tenth.GetProperty("noPeak").GetInt32(), tenth.GetProperty("fewerUsers").GetInt32(),
            tenth.GetProperty("noProjection").GetInt32()));
    }

    [Fact]
    public void Of_no_cases_every_goal_says_that_none_tells()
    {
        var goals = Goal.Of(new Findings([]));

        Assert.Equal(Goals.Length, goals.Count);
        Assert.All(goals, static goal => Assert.Equal("no case tells", goal.Result));
        Assert.Contains("near cases stopped - <= 5 % no case tells", Lines([]));
    }

    [Fact]
    public void Json_has_the_same()
    {
        using var document = Json(Some);
        var json = document.RootElement;

        Assert.Equal((5, 1), (json.GetProperty("cases").GetInt32(), json.GetProperty("sayNothing").GetInt32()));
        var killed = json.GetProperty("confusion").EnumerateArray()
            .Single(static row => row.GetProperty("guardOff").GetString() == "Killed");
        Assert.Equal((2, 2), (killed.GetProperty("cases").GetInt32(), killed.GetProperty("stopped").GetInt32()));
        Assert.Equal(18, json.GetProperty("lead").GetProperty("most").GetDouble());
        Assert.Equal(18, json.GetProperty("leadOfMinuteRamps").GetProperty("median").GetDouble());
        Assert.Equal(1, json.GetProperty("minuteRampsWarnedTenSecondsBefore").GetInt32());
        var ramps = Assert.Single(json.GetProperty("minuteRamps").EnumerateArray());
        Assert.Equal("linear", ramps.GetProperty("workload").GetString());
        Assert.Equal(24, ramps.GetProperty("warning").GetProperty("least").GetDouble());
        Assert.Equal(1, ramps.GetProperty("warnedTenSecondsBefore").GetInt32());
        Assert.Equal(1, ramps.GetProperty("killedTenSecondsAfterTheSecondWhoGrows").GetInt32());
        var half = json.GetProperty("projections").EnumerateArray().Last();
        Assert.Equal("all", half.GetProperty("workload").GetString());
        Assert.Equal(0.07, half.GetProperty("absoluteError").GetProperty("median").GetDouble(), 12);
        Assert.Equal((0, 0),
            (half.GetProperty("withinBound").GetInt32(), half.GetProperty("intervalHolds").GetInt32()));
        Assert.Equal("leak-64-over-1",
            Assert.Single(json.GetProperty("stoppedThoughItWouldHaveLived").EnumerateArray()).GetString());
        Assert.Equal(Goals.Select(static goal => goal.Split(' ')[^1]),
            json.GetProperty("goals").EnumerateArray().Select(static goal => goal.GetProperty("result").GetString()));
        var least = json.GetProperty("goals")[5];
        Assert.Equal((1, 0.99, "at least"), (least.GetProperty("found").GetDouble(),
            least.GetProperty("bound").GetDouble(), least.GetProperty("is").GetString()));
    }

    [Fact]
    public void Json_of_no_cases_can_be_read()
    {
        using var document = Json([]);

        Assert.Equal("no case tells", document.RootElement.GetProperty("goals")[0].GetProperty("result").GetString());
    }

    [Theory]
    [InlineData(true, "linear-64-over-1: exit 86 after 7.0 s, 0 of 10 users, stopped at 6.5 s,")]
    [InlineData(false, "linear-64-over-1: exit 0 after 9.0 s, 0 of 10 users, peak")]
    public void A_standstill_is_told_by_the_run_that_stood_still(bool isFirst, string told)
    {
        var still = new Standstill(5.1, 0, 0);
        var on = Stopped(warnedAt: null, stoppedAt: 6.5) with { Seconds = 7, Stood = isFirst ? still : default };
        var held = Run(0) with { Seconds = 9, StoppedAt = 8.5, Stood = isFirst ? default : still };

        var lines = Lines([Of(Killed, on, held)]);

        var title = lines.FindIndex(static line => line.StartsWith("Stood still", StringComparison.Ordinal));
        Assert.StartsWith(told, lines[title + 1], StringComparison.Ordinal);
    }

    // How many spaces stand between two words is left to the eye.
    static List<string> Lines(IReadOnlyList<CaseResult> cases)
    {
        using var text = new StringWriter();
        FindingsText.Write(text, cases);
        return [.. text.ToString().Split('\n').Select(static line =>
            string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
    }

    static JsonDocument Json(IReadOnlyList<CaseResult> cases)
    {
        var path = Path.GetTempFileName();
        try
        {
            FindingsJson.Write(path, cases);
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
