using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LeanLoad.Profiler.Report;
using LeanLoad.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Report;

public sealed partial class HtmlReportTests
{
    const string Attack = "<script>alert(1)</script>\" onload='alert(2)' &amp; </table>";

    /// <summary>Elements of HTML that have no end.</summary>
    static readonly string[] Void = ["meta", "br", "link", "img", "input", "!doctype"];

    public static TheoryData<string> Samples => ["per-user", "shared", "killed", "attacked", "scenarios"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_element_is_closed_in_its_order(string sample)
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(Markup(sample)))
        {
            var name = tag.Groups["name"].Value;
            if (Void.Contains(name)) continue;
            if (tag.Groups["end"].Length == 0) open.Push(name);
            else Assert.Equal(name, open.Pop());
        }

        Assert.Empty(open);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Nothing_is_fetched_and_the_page_forbids_it(string sample)
    {
        var markup = Markup(sample);
        Assert.DoesNotMatch(Reference(), markup);
        Assert.Contains("default-src &#x27;none&#x27;", markup, StringComparison.Ordinal);
        Assert.DoesNotMatch("@import|url\\(", Part(Page(sample), "<style>", "</style>"));
    }

    [Fact]
    public void A_name_that_came_over_the_wire_stays_text()
    {
        var page = Page("attacked");
        Assert.DoesNotContain("<script>alert", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#x27;alert(2)&#x27; &amp;amp; "
            + "&lt;/table&gt;", page, StringComparison.Ordinal);
        // The name stands in the title, in the table, and as an example: nowhere is it an attribute.
        Assert.DoesNotContain("onload='", Markup("attacked"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_id_is_there_once_and_every_reference_to_one_leads_somewhere(string sample)
    {
        var markup = Markup(sample);
        var ids = Id().Matches(markup).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(IdReference().Matches(markup).Select(match => match.Groups[1].Value),
            id => Assert.Contains(id, ids));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_row_of_a_table_has_a_cell_for_each_column(string sample)
    {
        foreach (var table in Markup(sample).Split("<table>").Skip(1).Select(text => Part(text, "", "</table>")))
        {
            var columns = Part(table, "<thead>", "</thead>").Split("scope=\"col\"").Length - 1;
            var rows = Part(table, "<tbody>", "</tbody>").Split("<tr").Skip(1);
            Assert.All(rows, row => Assert.Equal(columns, row.Split("<td").Length - 1 + row.Split("<th").Length - 1));
        }
    }

    /// <summary>Without scripts and style; a line for each element that a person would see as one.</summary>
    [Theory]
    [InlineData("per-user")]
    [InlineData("scenarios")]
    public void The_page_reads_well(string sample) => Golden.Matches($"report/page-{sample}.html",
        Breaks().Replace(Markup(sample), "\n<${name}"));

    [Fact]
    public void The_charts_data_is_json_and_adds_up_to_the_reading()
    {
        var result = ProfileSamples.PerUser();
        using var json = JsonDocument.Parse(Part(Page("per-user"), "id=\"memory-data\">", "</script>"));
        var data = json.RootElement;
        Assert.Equal((64, 40), (data.GetProperty("limitMiB").GetDouble(), data.GetProperty("plannedUsers").GetInt32()));
        Assert.Equal(result.Timeline.Count + result.Run.Memory.Plateaus.Count,
            data.GetProperty("atS").GetArrayLength());
        var last = data.GetProperty("atS").GetArrayLength() - 1;
        var sum = new[] { "liveMiB", "anonymousMiB", "kernelMiB",
            "otherMiB" }.Sum(part => data.GetProperty(part)[last].GetDouble());
        Assert.Equal(result.Timeline[^1].Memory.Unreclaimable.MiB, sum, 0.01);
    }

    [Fact]
    public void The_verdict_comes_before_everything_else_and_marks_its_culprit()
    {
        var page = Markup("per-user");
        Assert.True(page.IndexOf("class=\"card verdict over\"", StringComparison.Ordinal) < page.IndexOf("<figure",
            StringComparison.Ordinal));
        Assert.Matches("<tr class=\"culprit\"><th scope=\"row\">RegistryPerUser.Start</th>", page);
        Assert.Contains("class=\"card verdict pass\"", Markup("shared"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_leak_stands_with_the_verdict_of_a_run_that_passed()
    {
        var card = Part(Markup("leaking"), "class=\"card verdict pass\"", "</section>");
        Assert.Contains("<dt>Leak</dt><dd>What is kept of memory grew by 205 KiB/s", card, StringComparison.Ordinal);
        Assert.DoesNotContain("<dt>Leak</dt>", Markup("shared"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_budget_is_known_the_page_says_so()
    {
        var sample = ProfileSamples.Shared();
        var memory = sample.Run.Memory with { Budget = null, Limit = null, BudgetSource = "no budget known" };
        using var output = new MemoryStream();
        HtmlReport.Write(output, sample with { Run = sample.Run with { Memory = memory } });
        Assert.Contains("<dt>Budget</dt><dd><b>none</b><small>no budget known</small></dd>",
            Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_of_a_request_from_name_to_last_byte_have_a_row_each()
    {
        var stats = new ConnectionStats { Reuses = 7 };
        for (var step = ConnectionStep.Resolve; step <= ConnectionStep.Wait; step++) stats.Record(step, 4_000_000);
        var sample = ProfileSamples.PerUser();
        using var output = new MemoryStream();
        HtmlReport.Write(output, sample with
        {
            Run = sample.Run with { Connections = ConnectionSummary.Of(stats) },
        });
        var page = Encoding.UTF8.GetString(output.ToArray());
        var section = Part(page, "<h2 id=\"connections\">", "</section>");
        Assert.Equal(
            [
                "name resolution", "connect", "TLS handshake, full", "TLS handshake, resumed", "wait for a shared one",
                "sent to first byte", "sent to last byte",
            ],
            section.Split("<th scope=\"row\">").Skip(1).Select(static row => row[..row.IndexOf('<')]));
        Assert.Contains("<td class=\"figure\">4.000</td>", section, StringComparison.Ordinal);
        Assert.Contains("used before: 7.", section, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"connections\"", Page("per-user"), StringComparison.Ordinal);
    }

    static string Page(string sample)
    {
        using var output = new MemoryStream();
        HtmlReport.Write(output, sample switch
        {
            "per-user" => ProfileSamples.PerUser(),
            "leaking" => ProfileSamples.Leaking(),
            "shared" => ProfileSamples.Shared(),
            "killed" => ProfileSamples.Killed(),
            "scenarios" => ProfileSamples.Shared() with { Run = SummaryTests.SideBySide() },
            _ => ProfileSamples.PerUser().WithRequest(Attack, Attack),
        });
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>The page without what stands in its scripts and its style.</summary>
    static string Markup(string sample) => Raw().Replace(Page(sample), "<${name}></${name}>");

    static string Part(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("<(?<name>script|style)(?: [^>]*)?>.*?</\\k<name>>", RegexOptions.Singleline)]
    private static partial Regex Raw();

    [GeneratedRegex("\n?<(?<name>section|table|tr|p|h1|h2|figure|header|main|footer|dl|dt|div|script|style|meta)\\b")]
    private static partial Regex Breaks();

    [GeneratedRegex("<(?<end>/?)(?<name>!?[a-z][a-z0-9]*)(?: [^<>]*)?>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\s(?:src|href|srcset|action|data|poster)=")]
    private static partial Regex Reference();

    [GeneratedRegex("\\sid=\"([^\"]+)\"")]
    private static partial Regex Id();

    [GeneratedRegex("aria-(?:labelledby|describedby)=\"([^\"]+)\"")]
    private static partial Regex IdReference();
}
