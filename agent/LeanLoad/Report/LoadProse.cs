using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// What a report says in sentences about the load: the books of its iterations, and how well the generator kept up.
/// </summary>
static class LoadProse
{
    /// <summary>The sentences, each a line of its own; none where there was no load.</summary>
    public static IEnumerable<string> Of(RunResult run)
    {
        if (run.Books is { Planned: > 0 } books)
        {
            yield return $"{Counted.Of(books.Planned, "iteration")} planned = {Count(books.Done)} done + "
                + $"{Count(books.Failed)} failed + {Count(books.Late)} late"
                + $" + {Count(books.Dropped)} dropped + {Count(books.Cut)} cut + {Count(books.InFlight)} in flight.";
        }

        if (run.Generator is not { } generator || generator.Load <= TimeSpan.Zero) yield break;
        var slip = generator.Slip.Count > 0
            ? $"late by {Time(generator.Slip.Percentile(99))} at p99 and {Time(generator.Slip.MaxUs)} at most"
            : "no pause or arrival to be late with";
        var throttled = generator.Throttled is { Ticks: > 0 } time ? $"; throttled for {Span(time)}" : "";
        yield return $"Generator: {slip}; turns of its loops {Time(generator.Turns.Percentile(99))} at p99; busiest "
            + "loop "
            + $"{Share(generator.BusiestLoop.Ticks, generator.Load.Ticks)} busy; "
            + $"{Share(generator.Cpu.Ticks, generator.Load.Ticks)} of a processor{throttled}.";
    }
}
