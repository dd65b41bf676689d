using System.Globalization;
using LeanLoad.Benchmarks.Counting;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>One benchmark held to its budget.</summary>
/// <param name="Benchmark">Its name.</param>
/// <param name="Budget">What it may cost; null where nobody has said so yet.</param>
/// <param name="Measured">What it costs; null where the benchmark is gone.</param>
/// <param name="Tolerances">How far what is not counted in bytes may rise.</param>
sealed record Judgement(string Benchmark, Cost? Budget, Cost? Measured, Tolerances Tolerances)
{
    /// <summary>
    /// Bytes must be what they were, not merely no more: a budget above the truth would let the next increase pass. Of
    /// instructions and ratio only a rise beyond the tolerance counts.
    /// </summary>
    public bool Fails => Budget is null || Measured is null || Findings.Any(static finding => finding.Fails);

    /// <summary>True where another round may still show that the machine was to blame: of times alone.</summary>
    public bool MayBeNoise => Budget?.Ratio * Tolerances.Ratio < Measured?.Ratio;

    /// <summary>What moved and by how much, for people; empty where nothing did.</summary>
    public string Moved =>
        Budget is null ? "has no budget"
        : Measured is null ? "is gone, its budget is not"
        : string.Join(", ", Findings.Select(static finding => finding.Text));

    IEnumerable<Finding> Findings =>
        Budget is null || Measured is null ? []
        : new[]
        {
            Bytes("", Budget.Bytes, Measured.Bytes),
            Bytes(" native", Budget.NativeBytes, Measured.NativeBytes),
            Times("instructions", Budget.Instructions, Measured.Instructions, Tolerances.Instructions),
            Times("time beside its baseline's", Budget.Ratio, Measured.Ratio, Tolerances.Ratio),
        }.OfType<Finding>();

    /// <summary>Holds everything measured to the budgets.</summary>
    /// <returns>One judgement for each benchmark that was measured or has a budget, by name.</returns>
    public static IReadOnlyList<Judgement> All(
        IReadOnlyDictionary<string, Cost> budgets, IReadOnlyDictionary<string, Cost> measured, Tolerances tolerances) =>
        [.. budgets.Keys.Union(measured.Keys).Order(StringComparer.Ordinal).Select(name =>
            new Judgement(name, budgets.GetValueOrDefault(name), measured.GetValueOrDefault(name), tolerances))];

    static Finding? Bytes(string where, decimal? budget, decimal? measured)
    {
        if (measured is null || measured == budget) return null;
        if (budget is null) return new Finding(true, $"has no budget for{where} bytes");
        var more = measured.Value - budget.Value;
        var amount = Math.Abs(more) >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(more):0.####} B{where}")
            : string.Create(CultureInfo.InvariantCulture,
                $"{Math.Abs(more) * Repetition.Operations:0} B{where} in {Repetition.Operations:#,0} operations");
        var text = more > 0 ? $"{amount} more" : $"{amount} less: --accept it, or they can come back unseen";
        return new Finding(true, text);
    }

    static Finding? Times(string what, double? budget, double? measured, double tolerance)
    {
        if (measured is null) return null;
        if (budget is null) return new Finding(true, $"has no budget for {what}");
        var times = measured.Value / budget.Value;
        var text = string.Create(CultureInfo.InvariantCulture, $"{times:0.00} times the {what}");
        return times > tolerance ? new Finding(true, text)
            : times * tolerance < 1 ? new Finding(false, $"{text}: worth an --accept")
            : null;
    }

    sealed record Finding(bool Fails, string Text);
}
