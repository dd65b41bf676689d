using System.Text;
using System.Text.Json;
using LeanLoad.Profiler.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Report;

public sealed class ProfileReportTests
{
    [Fact]
    public void The_story_that_does_not_fit_reads_well() =>
        Matches("report/profile-per-user", ProfileSamples.PerUser());

    [Fact]
    public void The_story_that_fits_reads_well() => Matches("report/profile-shared", ProfileSamples.Shared());

    [Fact]
    public void A_leak_reads_well() => Matches("report/profile-leaking", ProfileSamples.Leaking());

    [Fact]
    public void A_run_of_which_nearly_nothing_is_known_reads_well() =>
        Matches("report/profile-killed", ProfileSamples.Killed());

    [Fact]
    public void The_comparison_reads_well() =>
        Golden.Matches("report/comparison.txt", Compared(ProfileSamples.PerUser(), ProfileSamples.Shared()));

    [Fact]
    public void The_details_of_a_comparison_read_well()
    {
        var output = new StringWriter { NewLine = "\n" };
        Comparison.WriteDetails(output, 100, false, ProfileSamples.PerUser(), ProfileSamples.Shared());
        Comparison.WriteDetails(output, 100, false, ProfileSamples.Shared(), ProfileSamples.Shared());
        Golden.Matches("report/comparison-details.txt", output.ToString());
    }

    [Fact]
    public void Scenarios_side_by_side_are_compared_one_by_one()
    {
        var both = SummaryTests.SideBySide();
        var (browse, buy) = (both.Scenarios[0], both.Scenarios[1]);
        var before = ProfileSamples.Shared() with { Run = both with { Scenarios = [browse, buy] } };
        var after = ProfileSamples.Shared() with
        {
            Run = both with
            {
                Scenarios =
                [
                    browse with
                    {
                        PerSecond = browse.PerSecond / 2,
                        Time = browse.Time!.Value with { P99Us = browse.Time.Value.P99Us * 3 },
                        Books = new Books(2000, 1200, 800, 0, 0, 0, 0),
                    },
                    buy with { Defined = buy.Defined with { Name = "search" }, Time = null },
                ],
            },
        };
        var output = new StringWriter { NewLine = "\n" };
        Comparison.WriteDetails(output, 120, false, before, after);
        Golden.Matches("report/comparison-scenarios.txt",
            output.ToString()[output.ToString().IndexOf("Scenarios", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Two_runs_of_one_scenario_are_told_apart_by_their_order()
    {
        var sentence = Comparison.Sentence(ProfileSamples.Shared(), ProfileSamples.Shared());
        Assert.Contains("18.7 MiB before and 18.7 MiB after.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_without_a_projection_are_compared_as_far_as_they_can_be()
    {
        var text = Compared(ProfileSamples.Killed(), ProfileSamples.Shared());
        Assert.Contains("more can't be said", text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("times less", text, StringComparison.Ordinal);
        Assert.Contains("unknown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_got_worse_is_not_praised()
    {
        var sentence = Comparison.Sentence(ProfileSamples.Shared(), ProfileSamples.PerUser());
        Assert.DoesNotContain("less", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("kept once", sentence, StringComparison.Ordinal);
        Assert.Contains("935 users fit before, and 19 now", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(140)]
    public void The_comparison_keeps_to_the_width_where_its_columns_can(int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        Comparison.Write(output, width, false, ProfileSamples.PerUser(), ProfileSamples.Shared());
        Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= Math.Max(width, 84), line));
    }

    [Fact]
    public void The_json_has_the_sum_of_the_projection_to_the_byte()
    {
        using var json = JsonDocument.Parse(Json(ProfileSamples.PerUser()));
        var projection = json.RootElement.GetProperty("profile").GetProperty("projection");
        var sum = projection.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("bytes").GetInt64());
        Assert.Equal(projection.GetProperty("expectedBytes").GetInt64(), sum);
    }

    [Fact]
    public void The_columns_of_the_jsons_timeline_have_one_length()
    {
        using var json = JsonDocument.Parse(Json(ProfileSamples.PerUser()));
        var lengths = json.RootElement.GetProperty("profile").GetProperty("timeline").EnumerateObject()
            .Select(column => column.Value.GetArrayLength());
        Assert.Equal([ProfileSamples.PerUser().Timeline.Count], lengths.Distinct());
    }

    [Fact]
    public void No_sample_is_unknown_and_not_nothing()
    {
        using var json = JsonDocument.Parse(Json(ProfileSamples.PerUser()));
        var engine = json.RootElement.GetProperty("profile").GetProperty("attribution")[1].GetProperty("sampled");
        Assert.Equal(JsonValueKind.Null, engine.GetProperty("estimateBytes").ValueKind);
        Assert.Equal(JsonValueKind.Null, engine.GetProperty("agrees").ValueKind);
    }

    [Fact]
    public void What_came_over_the_wire_cannot_move_the_terminals_cursor()
    {
        var text = Text(ProfileSamples.PerUser().WithRequest("GET /", "\u001b[2J\r\nowned"), 100);
        Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter != '\n');
        Assert.Contains("owned", text, StringComparison.Ordinal);
    }

    static void Matches(string name, ProfileResult result)
    {
        Golden.Matches($"{name}.txt", Text(result, 100));
        Golden.Matches($"{name}.json", Json(result) + "\n");
    }

    static string Compared(ProfileResult before, ProfileResult after)
    {
        var output = new StringWriter { NewLine = "\n" };
        Comparison.Write(output, 100, false, before, after);
        return output.ToString();
    }

    static string Text(ProfileResult result, int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        TerminalReport.Write(output, width, false, result);
        return output.ToString();
    }

    static string Json(ProfileResult result)
    {
        using var output = new MemoryStream();
        ProfileJson.Write(output, result);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
