using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Report;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report;

/// <summary>The profile for people: the run's own summary, then what only the observer knows.</summary>
static class TerminalReport
{
    /// <summary>Scopes with types; the HTML report has all.</summary>
    const int MostScopes = 6;

    public static void Write(TextWriter output, int width, bool hasColours, ProfileResult result)
    {
        width = Math.Max(60, width);
        new TerminalSummary(output, width, hasColours).Write(result.Run);
        WriteTypes(output, width, hasColours, result);
        output.WriteLine();
        foreach (var (word, text) in Facts(result))
        {
            var lines = Prose.Wrapped(text, width, indent: 13);
            foreach (var (index, line) in lines.Index())
            {
                output.WriteLine(index == 0 ? $"{word,-13}{line.TrimStart()}" : line);
            }
        }
    }

    static void WriteTypes(TextWriter output, int width, bool hasColours, ProfileResult result)
    {
        var culprit = result.Judgement.Verdict.Culprit?.Scope.Id;
        // Without enough samples there is neither a check nor a type that means anything.
        var rows = result.Attribution.Where(row => row.Agrees is not null).Take(MostScopes).ToList();
        if (rows.Count == 0) return;
        var table = new TextTable("Sampled", "ledger", "by samples", "agrees", "<largest types");
        // The three columns between take 41, gaps included.
        var room = Math.Max(16, width - 2 - rows.Max(static row => row.Row.Scope.Name.Length) - 41);
        foreach (var row in rows)
        {
            table.Add($"{(row.Row.Scope.Id == culprit ? ">" : " ")} {row.Row.Scope.Name}", row.Row.Allocated.ToString(),
                $"{row.Sampled.Estimate} ± {row.Sampled.HalfWidth}", Words.Agreement(row), Types(row.Sampled, room));
        }

        output.WriteLine();
        foreach (var line in table.Lines(width))
        {
            output.WriteLine(hasColours && line.StartsWith('>') ? $"\u001b[31m{line}\u001b[0m" : line);
        }

        if (culprit is not null) output.WriteLine("> is what the verdict blames.");
    }

    // As many as there is room for, at least the first.
    static string Types(SampledScope sampled, int room)
    {
        var text = "";
        foreach (var type in sampled.Types)
        {
            var next = $"{Prose.OneLine(type.Name)} {Share(type.Estimate.Count, sampled.Estimate.Count)}";
            if (text.Length == 0) text = TextTable.Shorten(next, room);
            else if (text.Length + 2 + next.Length <= room) text += $", {next}";
            else break;
        }

        return text;
    }

    static IEnumerable<(string Word, string Text)> Facts(ProfileResult result)
    {
        if (result.Judgement.Leak is { } leak) yield return ("Leak", leak.ToString());
        if (result.Collections is { } collections) yield return ("Collections", RunFacts.Collections(collections));
        if (RunFacts.Cage(result) is { } cage) yield return ("Cage", cage);
        if (result.Session is not { Reason: SessionEndReason.AgentExited, EventsLost: 0 })
        {
            yield return ("Session", RunFacts.Session(result.Session));
        }

        if (result.SymbolProblem is { } problem) yield return ("Types", $"have no names: {problem}");
    }
}
