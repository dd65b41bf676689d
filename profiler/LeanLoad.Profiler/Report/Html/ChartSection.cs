using LeanLoad.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>
/// Memory over time and memory over users, both with the limit drawn in, and the same figures as tables for those who
/// cannot see, or print, a chart.
/// </summary>
static class ChartSection
{
    /// <summary>Rows of the timeline's table; the chart shows every point.</summary>
    const int MostRows = 240;

    public static void Write(Page page, ProfileResult result)
    {
        var moments = Moment.Of(result);
        page.Add($"""<section aria-labelledby="memory"><h2 id="memory">Memory</h2>""");
        page.Add($"""<figure class="card"><figcaption>Charged and not reclaimable memory over time: what the kernel counts against the limit.</figcaption>""");
        page.Add($"""<div class="chart" id="time-chart" role="img" aria-label="{Told(result)}" aria-describedby="moments"></div></figure>""");
        if (result.Run.Memory.Plateaus.Count > 0)
        {
            page.Add($"""<figure class="card"><figcaption>The same over users: each point is a rest of the ramp after a full collection.""");
            page.Add($"The line is the projection with its 95 % interval; it adds the garbage that stands between "
                + $"collections.</figcaption>");
            page.Add($"""<div class="chart" id="user-chart" role="img" aria-label="{Told(result)}" aria-describedby="moments"></div></figure>""");
        }

        page.Add($"<noscript><p>The charts need a browser that runs scripts; the table below has their "
            + $"figures.</p></noscript>");
        page.Add($"""<details id="moments"><summary>The figures of the charts as a table</summary>""");
        MomentTable(moments).Write(page);
        ProjectionTable(result.Projections)?.Write(page);
        page.Add($"</details>");
        page.Add($"</section>");
        page.AddData("memory-data", json => ChartData.Write(json, result, moments));
    }

    static string Told(ProfileResult result)
    {
        var memory = result.Run.Memory;
        var bound = (memory.Budget ?? memory.Limit) is { } amount ? $" of {amount}" : "";
        return $"Memory rises to {memory.PeakUnreclaimable}{bound}, {Running(memory.UsersAtPeak)}. "
            + $"{result.Judgement.Verdict.What}";
    }

    static Table MomentTable(IReadOnlyList<Moment> moments)
    {
        var step = (moments.Count + MostRows - 1) / MostRows;
        var every = step > 1 ? $" Every {step}th of {Count(moments.Count)} readings, and every plateau." : "";
        var table = new Table($"Memory in MiB, second by second.{every}",
            "<Time (s)", "Users", "Unreclaimable", "Live objects", "Other anonymous", "Kernel", "Other", "<");
        for (var index = 0; index < moments.Count; index++)
        {
            var moment = moments[index];
            if (index % Math.Max(1, step) != 0 && !moment.IsPlateau) continue;
            table.Add(moment.At.TotalSeconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture),
                Count(moment.Users),
                MiB(moment.Unreclaimable), MiB(moment.Live), MiB(moment.OtherAnonymous),
                moment.Kernel is { } kernel ? MiB(kernel) : "unknown",
                MiB(moment.Other), moment.IsPlateau ? "plateau" : "");
        }

        return table;
    }

    static Table? ProjectionTable(IReadOnlyList<Projected> projections)
    {
        if (projections.Count == 0) return null;
        var table = new Table("What the agent expected, as the ramp went on",
            "<Time (s)", "Planned users", "Expected peak (MiB)", "Lower (MiB)", "Upper (MiB)", "Users that fit");
        foreach (var (at, planned, expected, lower, upper, fit) in projections)
        {
            table.Add(at.TotalSeconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture),
                Count(planned),
                MiB(expected), MiB(lower), MiB(upper), fit is { } users ? Count(users) : "unknown");
        }

        return table;
    }

    static string MiB(Bytes amount) => amount.MiB.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
