using System.Globalization;

namespace LeanLoad;

/// <summary>A number with what it counts, as one says it: <c>1 user fits</c>, <c>1,234 users fit</c>.</summary>
static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is, or does: <c>user fits</c>.</param>
    /// <param name="many">What several are, or do; null: <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        count.ToString("N0", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");

    /// <summary>Where it is true of each: <c>The only request failed</c>, <c>All 7 requests failed</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them does.</param>
    /// <param name="many">What several do.</param>
    public static string All(long count, string one, string many) =>
        count == 1 ? $"The only {one}" : $"All {Of(count, one, many)}";
}
