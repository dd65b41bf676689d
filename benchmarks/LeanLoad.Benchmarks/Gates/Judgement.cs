using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>One benchmark held to its budget.</summary>
/// <param name="Benchmark">Its name.</param>
/// <param name="Budget">What it may cost; null where nobody has said so yet.</param>
/// <param name="Measured">What it costs; null where the benchmark is gone.</param>
/// <param name="RatioTolerance">How many times its budget a ratio may become.</param>
sealed record Judgement(string Benchmark, Cost? Budget, Cost? Measured, double RatioTolerance)
{
    /// <summary>
    /// Bytes must be what they were, not merely no more: a budget above the truth would let the next increase pass. Of the ratio only a rise beyond
    /// the tolerance counts.
    /// </summary>
    public bool Fails => Budget is null || Measured is null || Measured.Bytes != Budget.Bytes || IsSlower;

    /// <summary>True where another round may still show that the machine was to blame.</summary>
    public bool MayBeNoise => Budget is not null && Measured is not null && (Measured.Bytes > Budget.Bytes || IsSlower);

    /// <summary>What moved and by how much, for people; empty where nothing did.</summary>
    public string Moved
    {
        get
        {
            if (Budget is null) return "has no budget";
            if (Measured is null) return "is gone, its budget is not";
            return string.Join(", ", new[] { BytesMoved(Measured.Bytes - Budget.Bytes), RatioMoved(Measured.Ratio / Budget.Ratio) }
                .Where(static text => text.Length > 0));
        }
    }

    bool IsSlower => Budget is not null && Measured is not null && Measured.Ratio > Budget.Ratio * RatioTolerance;

    bool IsFaster => Budget is not null && Measured is not null && Measured.Ratio * RatioTolerance < Budget.Ratio;

    /// <summary>Holds everything measured to the budgets.</summary>
    /// <returns>One judgement for each benchmark that was measured or has a budget, by name.</returns>
    public static IReadOnlyList<Judgement> All(
        IReadOnlyDictionary<string, Cost> budgets, IReadOnlyDictionary<string, Cost> measured, double ratioTolerance) =>
        [.. budgets.Keys.Union(measured.Keys).Order(StringComparer.Ordinal).Select(name =>
            new Judgement(name, budgets.GetValueOrDefault(name), measured.GetValueOrDefault(name), ratioTolerance))];

    static string BytesMoved(long bytes) => bytes switch
    {
        0 => "",
        > 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B more"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{-bytes} B less: --accept it, or they can come back unseen"),
    };

    string RatioMoved(double times) =>
        IsSlower ? string.Create(CultureInfo.InvariantCulture, $"{times:0.0} times as slow")
        : IsFaster ? string.Create(CultureInfo.InvariantCulture, $"{1 / times:0.0} times as fast: worth an --accept")
        : "";
}
