using LeanLoad.Memory;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// The part of <see cref="TerminalSummary"/> about memory: the peak between 0 and the limit, and who allocated.
/// </summary>
sealed class MemorySection(TextWriter output, int width)
{
    const int BarWidth = 60;

    /// <summary>Writes the section.</summary>
    public void Write(MemoryResult memory, IReadOnlyList<LedgerRow> ledger)
    {
        output.WriteLine();
        output.WriteLine("Memory, charged and not reclaimable"
            + (memory.IsEstimate ? ", estimated from the process's own figures" : ""));
        var ofBudget = memory.Budget is { } whole
            ? $"{Share(memory.PeakUnreclaimable.Count, whole.Count)} of the budget, " : "";
        Line("peak", memory.PeakUnreclaimable, $"{ofBudget}{Quantities.Running(memory.UsersAtPeak)}");
        if (memory.Projection is { } projected)
        {
            var fit = projected.UsersThatFit is { } users ? $"; {Counted.Of(users, "user fits", "users fit")}" : "";
            Line("expected", projected.Expected,
                $"for {Counted.Of(projected.PlannedUsers, "user")}, {projected.Lower} to {projected.Upper} with 95 %"
                    + fit);
        }

        if (memory.Bootstrapping is { } before)
        {
            var inChild = before.Detail.Child is { } child ? $", {child} of it in a child process" : "";
            Line("start-up", before.Reading.Unreclaimable, $"at most, before the first user{inChild}");
        }

        Line("budget", memory.Budget, memory.BudgetSource);
        Line("limit", memory.Limit,
            memory.Limit is null ? "no enclosing memory cgroup has one" : "of the tightest enclosing memory cgroup");
        Bar(memory);
        AtPeak(memory.AtPeak);
        Model(memory);
        Ledger(ledger);
    }

    void AtPeak(MemoryMoment? peak)
    {
        if (peak is not { } moment) return;
        var table = new TextTable("At the peak, owner by owner", "measured");
        foreach (var line in MemoryParts.Of(moment)) table.Add(line.Owner, line.Amount.ToString());
        table.Add("(sum)", moment.Reading.Unreclaimable.ToString());
        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
        if (moment.Detail.Stalled is { Ticks: > 0 } stalled)
        {
            output.WriteLine($"Until then something here stood still for want of memory for {Span(stalled)}.");
        }
    }

    // Where the run went on, the model is held against what came; where it did not, there is only the model.
    void Model(MemoryResult memory)
    {
        TextTable? table = null;
        if (memory.Books is { } books)
        {
            table = new TextTable($"Users at rest, known from {Count(books.From)}", "expected", "measured");
            foreach (var line in books.Lines)
            {
                table.Add(line.Owner, line.Expected.ToString(), line.Measured.ToString());
            }

            table.Add("(sum)", books.Expected.ToString(), books.Measured.ToString());
        }
        else if (memory.Lines.Count > 0)
        {
            table = new TextTable("The peak, owner by owner", "expected");
            foreach (var line in memory.Lines) table.Add(line.Owner, line.Amount.ToString());
            table.Add("(sum)", memory.Lines.Aggregate(Bytes.Zero, static (sum, line) => sum + line.Amount).ToString());
        }

        if (table is null) return;
        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
    }

    void Line(string word, Bytes? amount, string text) =>
        output.WriteLine(
            $"  {word,-8}  {amount?.ToString() ?? "none",9}  {TextTable.Shorten(text, width - 23)}".TrimEnd());

    // # up to the peak, ~ on to the projection's upper bound, | at the budget. No bar where nothing bounds it.
    void Bar(MemoryResult memory)
    {
        if ((memory.Budget ?? memory.Limit) is not { } bound) return;
        var upper = memory.Projection?.Upper ?? Bytes.Zero;
        var end = new[] { memory.PeakUnreclaimable, upper, bound, memory.Limit ?? bound }.Max();
        if (end.Count <= 0) return;
        int Column(Bytes amount) =>
            (int)Math.Clamp(Math.Round((double)amount.Count * BarWidth / end.Count), 0, BarWidth);
        var bar = new char[BarWidth + 1];
        Array.Fill(bar, '.');
        bar.AsSpan(0, Math.Max(Column(upper), Column(memory.PeakUnreclaimable))).Fill('~');
        bar.AsSpan(0, Column(memory.PeakUnreclaimable)).Fill('#');
        bar[Column(bound)] = '|';
        var projection = upper.Count > 0 ? ", ~ upper bound of the projection" : "";
        output.WriteLine($"  0 {new string(bar)} {end}");
        output.WriteLine($"    # peak{projection}, | {(memory.Budget is null ? "limit" : "budget")}");
    }

    void Ledger(IReadOnlyList<LedgerRow> ledger)
    {
        if (ledger.Count == 0) return;
        var sum = ledger.Aggregate(Bytes.Zero, (total, row) => total + row.Allocated);
        var table = new TextTable("Allocated by", "bytes", "share", "each", "<", "entered");
        foreach (var row in ledger)
        {
            table.Add(row.Scope.Name, row.Allocated.ToString(), Share(row.Allocated.Count, sum.Count),
                row.PerEntry?.ToString() ?? "",
                row.PerEntry is null ? "" : $"per {row.EntryWord}", row.EntryWord is null ? "" : Count(row.Entries));
        }

        table.Add("(sum)", sum.ToString(), "", "", "", "");
        output.WriteLine();
        foreach (var line in table.Lines(width)) output.WriteLine(line);
        output.WriteLine("Allocated is flow: it counts what has become garbage since.");
    }
}
