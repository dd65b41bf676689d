using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// What callgrind writes (valgrind manual, "Callgrind Format Specification"): one part after the other, each with its
/// total.
/// </summary>
static class CallgrindFile
{
    const string Summary = "summary: ";

    /// <summary>Instructions of each part, in the order they were written.</summary>
    public static IReadOnlyList<long> Totals(IEnumerable<string> lines) =>
        [.. lines.Where(static line => line.StartsWith(Summary, StringComparison.Ordinal))
            .Select(static line => long.Parse(line.AsSpan(Summary.Length), CultureInfo.InvariantCulture))];
}
