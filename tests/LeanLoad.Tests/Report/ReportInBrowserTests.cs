using System.Diagnostics;
using LeanLoad.Profiler.Report;
using Xunit;

namespace LeanLoad.Tests.Report;

/// <summary>The report as a browser lays it out.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    const string Chromium = "/usr/bin/chromium";

    /// <summary>Puts the captions of the tables that are wider than their place into the title.</summary>
    const string Probe = """
        <script>document.title = "wide:" + [...document.querySelectorAll(".scroll")]
          .filter(place => place.scrollWidth > place.clientWidth + 1)
          .map(place => `${place.getAttribute("aria-label")} (${place.scrollWidth} px of ${place.clientWidth})`)
          .join("; ") + ".";</script>
        """;

    readonly DirectoryInfo home = Directory.CreateTempSubdirectory("ll-browser-");

    public void Dispose() => home.Delete(recursive: true);

    /// <summary>A window of a common size; narrower, on a phone, tables are scrolled.</summary>
    [Theory]
    [InlineData("per-user")]
    [InlineData("scenarios")]
    public async Task No_column_is_cut_off_in_a_window_of_1100_pixels(string sample)
    {
        Assert.SkipUnless(File.Exists(Chromium), "needs a browser: apt-get install chromium");
        var result = sample == "per-user" ? ProfileSamples.PerUser() : ProfileSamples.Shared() with
        {
            Run = SummaryTests.SideBySide(),
        };
        using var page = new MemoryStream();
        HtmlReport.Write(page, result);
        var probed = System.Text.Encoding.UTF8.GetString(page.ToArray())
            .Replace("</body>", Probe + "</body>", StringComparison.Ordinal);
        var file = Path.Combine(home.FullName, "report.html");
        await File.WriteAllTextAsync(file, probed, TestContext.Current.CancellationToken);
        var title = await LaidOutAsync(file);
        Assert.True(title == "<title>wide:.</title>", title);
    }

    /// <summary>The title that the page has given itself.</summary>
    async Task<string> LaidOutAsync(string file)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var browser = Process.Start(new ProcessStartInfo(Chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,2000",
                $"--user-data-dir={home.FullName}/profile", "--dump-dom", $"file://{file}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = browser.StandardError.ReadToEndAsync(limit.Token);
            var page = await browser.StandardOutput.ReadToEndAsync(limit.Token);
            await browser.WaitForExitAsync(limit.Token);
            var begin = page.IndexOf("<title>", StringComparison.Ordinal);
            Assert.True(begin >= 0, $"{browser.ExitCode}: {await errors}");
            return page[begin..(page.IndexOf("</title>", begin, StringComparison.Ordinal) + "</title>".Length)];
        }
        finally
        {
            if (!browser.HasExited) browser.Kill(entireProcessTree: true);
        }
    }
}
