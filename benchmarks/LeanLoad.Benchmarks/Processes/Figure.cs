using System.Text.Json.Serialization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Which way a figure should move.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Better>))]
enum Better
{
    Lower,
    Higher,
}

/// <summary>One thing that was measured, in every round.</summary>
/// <param name="Name">What, from the general to the special: <c>40 connections/wrk/requests per CPU-second</c>.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Better">Which way is better.</param>
/// <param name="Rounds">One value a round, as measured.</param>
sealed record Figure(string Name, string Unit, Better Better, IReadOnlyList<double> Rounds)
{
    /// <summary>
    /// The middle of the rounds; of an even number the mean of the two in the middle. NaN without rounds.
    /// </summary>
    public double Median => MedianOf(Rounds);

    /// <summary>The median of the absolute distances to <see cref="Median"/>, as a share of it.</summary>
    public double Spread => MedianOf([.. Rounds.Select(value => Math.Abs(value - Median))]) / Math.Abs(Median);

    /// <summary>The middle of some values.</summary>
    public static double MedianOf(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return double.NaN;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
