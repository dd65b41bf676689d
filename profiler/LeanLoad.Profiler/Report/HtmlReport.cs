using System.Text;
using LeanLoad.Profiler.Report.Html;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// The profile as one self-contained page: it opens from a disk, asks no network for anything, and its policy forbids
/// it to. The verdict comes first; below it the memory with the limit drawn in, who allocates, and what the users did.
/// </summary>
static class HtmlReport
{
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

    public static void Write(Stream output, ProfileResult result)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var page = new Page(writer);
        Head(page, $"{result.Run.Scenario}: {result.Run.Headline}");
        page.Add($"""<header><p class="brand">LeanLoad</p><h1>{result.Run.Scenario}</h1></header><main>""");
        VerdictCard.Write(page, result);
        LoadSections.Thresholds(page, result.Run);
        ChartSection.Write(page, result);
        MemorySections.Attribution(page, result);
        MemorySections.Projection(page, result);
        LoadSections.Explanation(page, result.Run);
        LoadSections.Scenarios(page, result.Run);
        LoadSections.Windows(page, result.Run);
        RequestSections.Requests(page, result.Run.Requests);
        RequestSections.Connections(page, result.Run);
        RequestSections.Failures(page, result.Run.Requests.Failures);
        RequestSections.Iterations(page, result.Run.Iterations);
        RunSections.Warnings(page, result.Run.Warnings);
        RunSections.Run(page, result);
        Foot(page);
    }

    static void Head(Page page, string title)
    {
        page.Add($"""<!doctype html><html lang="en"><head><meta charset="utf-8">""");
        page.Add($"""<meta name="viewport" content="width=device-width, initial-scale=1">""");
        page.Add($"""<meta http-equiv="Content-Security-Policy" content="{Policy}">""");
        page.Add($"""<meta name="color-scheme" content="light dark"><title>{title} - LeanLoad</title>""");
        page.AddFile("style", "report.css");
        page.Add($"</head><body>");
    }

    static void Foot(Page page)
    {
        page.Add($"""</main><footer><p>Made by LeanLoad. Charts by Apache ECharts, Apache License 2.0, &#169; The Apache Software Foundation.</p></footer>""");
        page.AddFile("script", "echarts.js");
        page.AddFile("script", "report.js");
        page.Add($"</body></html>");
    }
}
