using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>What each benchmark may cost, as it lies in the repository.</summary>
/// <param name="Tolerances">How far what is not counted in bytes may rise.</param>
/// <param name="Benchmarks">By name.</param>
sealed record BudgetFile(Tolerances Tolerances, IReadOnlyDictionary<string, Cost> Benchmarks)
{
    static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>A file for a repository that has none.</summary>
    public static BudgetFile Empty { get; } = new(Tolerances.Default, new Dictionary<string, Cost>());

    /// <summary>Reads the file's text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">The budgets.</param>
    /// <param name="problem">What is wrong with it, to follow the file's name.</param>
    public static bool TryParse(
        string json, [NotNullWhen(true)] out BudgetFile? file, [NotNullWhen(false)] out string? problem)
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

        problem = file is null ? "is not a budget file: it is null" : ProblemOf(file);
        return problem is null;
    }

    /// <summary>
    /// The budgets that what was measured asks for. What is within its tolerance keeps the old figure, so that the file
    /// changes only where something moved, and small steps do not add up unseen; what was not measured stays.
    /// </summary>
    public BudgetFile Accept(IReadOnlyDictionary<string, Cost> measured)
    {
        var accepted = new Dictionary<string, Cost>();
        foreach (var (name, cost) in measured)
        {
            var budget = Benchmarks.GetValueOrDefault(name);
            accepted.Add(name, cost with
            {
                NativeBytes = cost.NativeBytes ?? budget?.NativeBytes,
                Instructions = Kept(budget?.Instructions, cost.Instructions, Tolerances.Instructions),
                Ratio = Kept(budget?.Ratio, cost.Ratio, Tolerances.Ratio),
            });
        }

        return this with { Benchmarks = accepted };
    }

    /// <summary>As text: a line for each benchmark, so that a change reads well in a review.</summary>
    public string ToJson()
    {
        var text = new StringBuilder();
        text.Append("{\n  \"tolerances\": { ").Append(CultureInfo.InvariantCulture,
            $"\"instructions\": {Tolerances.Instructions}, \"ratio\": {Tolerances.Ratio}").Append(" },\n");
        text.Append("  \"benchmarks\": {");
        var separator = "\n";
        foreach (var (name, cost) in Benchmarks.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append("    ").Append(JsonSerializer.Serialize(name));
            text.Append(CultureInfo.InvariantCulture, $": {{ \"bytes\": {cost.Bytes}");
            if (cost.NativeBytes is { } native) text.Append(
                CultureInfo.InvariantCulture, $", \"nativeBytes\": {native}");
            if (cost.Instructions is { } instructions) text.Append(
                CultureInfo.InvariantCulture, $", \"instructions\": {instructions:0}");
            if (cost.Ratio is { } ratio) text.Append(
                CultureInfo.InvariantCulture, $", \"ratio\": {ThreeDigits(ratio)}");
            text.Append(" }");
            separator = ",\n";
        }

        return text.Append("\n  }\n}\n").ToString();
    }

    static string? ProblemOf(BudgetFile file)
    {
        if (file.Tolerances is not { Instructions: > 1, Ratio: > 1 }) return "has a tolerance that is not above 1";
        return file.Benchmarks.FirstOrDefault(static entry => !IsPossible(entry.Value)) is { Key: { } name }
            ? $"has for \"{name}\" no bytes from 0 up, or instructions or a ratio not above 0"
            : null;
    }

    static bool IsPossible(Cost? cost) =>
        cost is { Bytes: >= 0, NativeBytes: null or >= 0, Instructions: null or > 0, Ratio: null or > 0 };

    static double? Kept(double? budget, double? measured, double tolerance) =>
        budget is not null && (measured is null || (measured <= budget * tolerance && measured * tolerance >= budget))
            ? budget : measured;

    static decimal ThreeDigits(double ratio) =>
        decimal.Parse(
            ratio.ToString("E2", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
