using System.Text.Json;

namespace LeanLoad.Judge;

/// <summary>
/// Whether a run's results are whole: its <c>--json</c>, its summary on standard output and its journal say the same,
/// and the process exited as they say.
/// </summary>
static class Results
{
    /// <summary>What is not as it must be, for people; null where nothing is.</summary>
    /// <param name="jsonPath">The file of <c>--json</c>.</param>
    /// <param name="summary">Standard output.</param>
    /// <param name="exitCode">The process's own.</param>
    /// <param name="journal">As the journal has them; null where it has no end.</param>
    public static string? ProblemOf(string jsonPath, string summary, int exitCode, RunTotals? journal)
    {
        if (journal is not { } told) return "the journal has no end";
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(jsonPath));
            var totals = RunTotals.Of(document.RootElement);
            if (totals != told) return $"--json says {totals}, the journal {told}";
            if (totals.ExitCode != exitCode) return $"the results say exit code {totals.ExitCode}, it was {exitCode}";
            return ProblemOf(summary, totals, document.RootElement);
        }
        catch (Exception lacking) when (lacking is IOException or JsonException or KeyNotFoundException)
        {
            return $"--json is not whole: {lacking.Message}";
        }
    }

    // Its first line, its last ones, and what must stand between, wherever lines break.
    static string? ProblemOf(string summary, RunTotals totals, JsonElement run)
    {
        var text = InOneLine(summary);
        var first = $"{totals.Headline.ToUpperInvariant()} exit code {totals.ExitCode}";
        if (!text.StartsWith(first, StringComparison.Ordinal)) return $"the summary does not begin with \"{first}\"";
        var warnings =
            run.GetProperty("warnings").EnumerateArray().Select(static one => one.GetProperty("text").GetString()!);
        return warnings.Prepend("Memory, charged and not reclaimable").Prepend(totals.Verdict).Select(InOneLine)
            .FirstOrDefault(part => !text.Contains(part, StringComparison.Ordinal)) is { } missing
            ? $"the summary lacks \"{missing}\""
            : null;
    }

    static string InOneLine(string text) => string.Join(' ',
        string.Concat(text.Select(static letter => char.IsControl(letter) ? ' ' : letter))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
