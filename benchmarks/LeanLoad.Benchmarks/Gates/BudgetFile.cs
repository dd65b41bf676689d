using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>What each benchmark may cost, as it lies in the repository.</summary>
/// <param name="RatioTolerance">How many times its budget a ratio may become before the gate fails; above 1.</param>
/// <param name="Benchmarks">By name.</param>
sealed record BudgetFile(double RatioTolerance, IReadOnlyDictionary<string, Cost> Benchmarks)
{
    /// <summary>
    /// Generous on purpose, for a gate that cries wolf is switched off: ratios of the least of two rounds moved by 1.8 between runs on two cores that
    /// compiled three other programs. An operation that became a linear search or takes a lock still shows; finer changes are for a full run.
    /// </summary>
    public const double DefaultTolerance = 3;

    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>A file for a repository that has none.</summary>
    public static BudgetFile Empty { get; } = new(DefaultTolerance, new Dictionary<string, Cost>());

    /// <summary>Reads the file's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">The budgets.</param>
    /// <param name="problem">What is wrong with it, to follow the file's name.</param>
    public static bool TryParse(string json, [NotNullWhen(true)] out BudgetFile? file, [NotNullWhen(false)] out string? problem)
    {
        (file, problem) = (null, null);
        try
        {
            file = JsonSerializer.Deserialize<BudgetFile>(json, Strict);
        }
        catch (JsonException e)
        {
            problem = $"is not a budget file: {e.Message}";
            return false;
        }

        if (file is null) problem = "is not a budget file: it is null";
        else if (!(file.RatioTolerance > 1)) problem = string.Create(CultureInfo.InvariantCulture, $"has ratioTolerance {file.RatioTolerance}; it must be above 1");
        else if (file.Benchmarks.FirstOrDefault(static entry => entry.Value is not { Bytes: >= 0, Ratio: > 0 }) is { Key: { } name })
        {
            problem = $"has no bytes from 0 up and ratio above 0 for \"{name}\"";
        }

        return problem is null;
    }

    /// <summary>
    /// The budgets that what was measured asks for. A ratio within its tolerance keeps the old figure, so that the file changes only where something
    /// moved, and small steps do not add up unseen.
    /// </summary>
    public BudgetFile Accept(IReadOnlyDictionary<string, Cost> measured)
    {
        var accepted = new Dictionary<string, Cost>();
        foreach (var (name, cost) in measured)
        {
            var keepsRatio = Benchmarks.TryGetValue(name, out var budget)
                && cost.Ratio <= budget.Ratio * RatioTolerance && cost.Ratio * RatioTolerance >= budget.Ratio;
            accepted.Add(name, keepsRatio ? cost with { Ratio = budget!.Ratio } : cost);
        }

        return this with { Benchmarks = accepted };
    }

    /// <summary>As text: a line for each benchmark, so that a change reads well in a review.</summary>
    public string ToJson()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\n  \"ratioTolerance\": {RatioTolerance},\n  \"benchmarks\": {{");
        var separator = "\n";
        foreach (var (name, cost) in Benchmarks.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append("    ").Append(JsonSerializer.Serialize(name));
            text.Append(CultureInfo.InvariantCulture, $": {{ \"bytes\": {cost.Bytes}, \"ratio\": {ThreeDigits(cost.Ratio)} }}");
            separator = ",\n";
        }

        return text.Append("\n  }\n}\n").ToString();
    }

    static decimal ThreeDigits(double ratio) =>
        decimal.Parse(ratio.ToString("E2", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
