using LeanLoad.Profiler.Attribution;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>Who allocates, and what the expected peak is made of.</summary>
static class MemorySections
{
    /// <summary>Types named for each scope; the JSON report has all.</summary>
    const int TypesShown = 3;

    public static void Attribution(Page page, ProfileResult result)
    {
        if (result.Attribution.Count == 0) return;
        page.Add($"""<section aria-labelledby="allocated"><h2 id="allocated">Who allocates</h2>""");
        page.Add($"<p>The ledger is exact to the byte. The runtime's samples are a second, independent account and "
            + $"know the types. Allocated is flow: it counts what has become garbage since.</p>");
        var table =
            new Table("Allocated by scope, from the agent's ledger", "<Scope", "<Kind", "Allocated", "Share", "Bytes",
            "Entries", "Each", "Sampled, 95 %", "<Agrees");
        var culprit = result.Judgement.Verdict.Culprit?.Scope.Id;
        foreach (var row in result.Attribution) table.AddAs(row.Row.Scope.Id == culprit ? "culprit" : "", Cells(row));
        var sum = result.Attribution.Sum(static row => row.Row.Allocated.Count);
        table.AddAs("sum", "All", "", new Bytes(sum).ToString(), "", Count(sum), "", "", "", "");
        table.Write(page);
        Types(page, result.Attribution);
        if (result.SymbolProblem is { } problem) page.Add($"""<p class="note">Types have no names: {problem}</p>""");
        page.Add($"</section>");
    }

    /// <summary>A table of its own: their names are longer than a column beside figures can be.</summary>
    static void Types(Page page, IReadOnlyList<Attributed> attribution)
    {
        var table = new Table(
            $"The largest {TypesShown} types of each scope, as shares of its samples", "<Scope", "<<Largest types");
        foreach (var (row, sampled) in attribution.Where(static line => line.Sampled.Types.Count > 0)
            .Select(static line => (line.Row, line.Sampled)))
        {
            table.Add(row.Scope.Name, string.Join(", ", sampled.Types.Take(TypesShown)
                .Select(type => $"{type.Name} {Share(type.Estimate.Count, sampled.Estimate.Count)}")));
        }

        table.WriteIfAny(page);
    }

    public static void Projection(Page page, ProfileResult result)
    {
        if (result.Judgement.Projection is not { } projection) return;
        page.Add($"""<section aria-labelledby="sum"><h2 id="sum">What the expected peak is made of</h2>""");
        var table = new Table($"The peak with {Counted.Of(projection.Planned, "user")} as a sum, a line for each owner",
            "<Owner", "Amount", "Share");
        foreach (var (owner, amount) in projection.Lines)
        {
            table.Add(owner, amount.ToString(), Share(amount.Count, projection.Expected.Count));
        }

        table.AddAs("sum", "Expected peak", projection.Expected.ToString(), "");
        table.AddAs("detail", "95 % interval", $"{projection.Lower} to {projection.Upper}", "");
        table.Write(page);
        page.Add($"</section>");
    }

    static string[] Cells(Attributed line)
    {
        var (row, sampled) = (line.Row, line.Sampled);
        return
        [
            row.Scope.Name, Words.Of(row.Scope.Kind), row.Allocated.ToString(), Share(line.Share, 1),
            Count(row.Allocated.Count),
            row.EntryWord is null ? "" : Count(row.Entries),
            row.PerEntry is { } each ? $"{each} per {row.EntryWord}" : "",
            sampled.Samples == 0 ? "no sample" : $"{sampled.Estimate} ± {sampled.HalfWidth}", Words.Agreement(line),
        ];
    }
}
