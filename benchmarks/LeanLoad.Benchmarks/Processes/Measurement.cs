using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What one command measured, with all that it takes to judge the figures or to compare them later.</summary>
/// <param name="Command">The verb and its options, to be typed again.</param>
/// <param name="At">When it began.</param>
/// <param name="Commit">Of the sources, with <c>+</c> where they were changed since; null outside of a
/// repository.</param>
/// <param name="Machine">Where.</param>
/// <param name="Figures">What was measured, in the order of the table.</param>
sealed record Measurement(
    string Command, DateTimeOffset At, string? Commit, Machine Machine, IReadOnlyList<Figure> Figures)
{
    static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    static readonly JsonSerializerOptions Indented = new(OneLine) { WriteIndented = true };

    /// <summary>For a file of its own, over many lines.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Indented) + "\n";

    /// <summary>For the history: one line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, OneLine);

    /// <summary>Reads what <see cref="ToJson"/> wrote, or a line of a history.</summary>
    /// <param name="path">The file; of a history (.jsonl) the last line, or with <c>:3</c> behind it the third.</param>
    /// <param name="measurement">What it holds.</param>
    /// <param name="problem">A sentence that says what is wrong with it.</param>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out Measurement? measurement, [NotNullWhen(false)] out string? problem)
    {
        (measurement, problem) = (null, null);
        try
        {
            measurement = JsonSerializer.Deserialize<Measurement>(TextOf(path), OneLine);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{path} can't be read as a measurement: {error.Message}";
            return false;
        }

        if (measurement is null) problem = $"{path} holds no measurement.";
        return problem is null;
    }

    static string TextOf(string path)
    {
        if (path.EndsWith(".jsonl", StringComparison.Ordinal)) return File.ReadLines(path).LastOrDefault() ?? "null";
        var colon = path.LastIndexOf(':');
        return colon > 0 && int.TryParse(path.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var line)
            ? File.ReadLines(path[..colon]).ElementAtOrDefault(line - 1) ?? "null"
            : File.ReadAllText(path);
    }
}
