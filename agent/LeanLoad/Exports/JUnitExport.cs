using System.Globalization;
using System.Text;
using LeanLoad.Report;
using LeanLoad.Stats;

namespace LeanLoad.Exports;

/// <summary>
/// A run as JUnit XML, for the servers of continuous integration: one test case for each threshold, one for the checks
/// of each request name, and one for the run itself.
/// </summary>
static class JUnitExport
{
    public static void Write(TextWriter output, RunResult run)
    {
        var cases = Cases(run).ToList();
        var failures = cases.Count(static one => one.Problem is not null);
        var seconds = run.Elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        var suite = $"tests=\"{cases.Count}\" failures=\"{failures}\" errors=\"0\" time=\"{seconds}\"";
        output.NewLine = "\n";
        output.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        output.WriteLine($"<testsuites name=\"LeanLoad\" {suite}>");
        output.WriteLine($"  <testsuite name=\"{Escaped(run.Scenario)}\" {suite} skipped=\"0\" "
            + $"timestamp=\"{run.StartedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}\">");
        foreach (var (group, name, problem) in cases)
        {
            output.Write($"    <testcase classname=\"{Escaped($"{run.Scenario}.{group}")}\" name=\"{Escaped(name)}\" "
                + $"time=\"{seconds}\"");
            if (problem is null) output.WriteLine("/>");
            else output.WriteLine($"><failure type=\"{group}\" message=\"{Escaped(problem)}\"/></testcase>");
        }

        output.WriteLine("  </testsuite>");
        output.WriteLine("</testsuites>");
    }

    static IEnumerable<(string Group, string Name, string? Problem)> Cases(RunResult run)
    {
        // What a threshold has failed, its own case says; 99 has other reasons too, which nothing else would tell.
        var isToldByThreshold = run.ExitCode == 99 && run.Thresholds.Any(static one => one.HasFailed);
        yield return ("run", "ended as planned",
            run.ExitCode == 0 || isToldByThreshold ? null : $"exit code {run.ExitCode}: {run.Verdict}");
        foreach (var (text, hasFailed, actual) in run.Thresholds)
        {
            yield return ("threshold", $"not {text}", hasFailed ? $"it was {actual}" : null);
        }

        foreach (var row in run.Requests.Rows)
        {
            var all = Counted.Of(row.Requests, "response");
            var rejected = run.Requests.Failures.FirstOrDefault(failure => failure.Name == row.Name
                && failure.Failure == FailureKind.Rejected);
            yield return ("check", row.Name, rejected is null ? null
                : $"{Counted.Of(rejected.Count, $"of {all} was", $"of {all} were")} rejected; the first: "
                    + rejected.Example);
        }
    }

    /// <summary>
    /// What XML 1.0 can't hold at all (§2.2), such as control characters of an answer, becomes a replacement character.
    /// </summary>
    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '&': escaped.Append("&amp;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\t' or '\n' or '\r': escaped.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};"); break;
                case < 0x20 or 0xFFFE or 0xFFFF: escaped.Append('\uFFFD'); break;
                default: escaped.Append(rune.ToString()); break;
            }
        }

        return escaped.ToString();
    }
}
