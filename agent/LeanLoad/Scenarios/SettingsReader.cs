using System.Globalization;
using LeanLoad.Stats;

namespace LeanLoad;

/// <summary>
/// Turns the text of options and environment variables into typed settings, and collects every problem on the way.
/// </summary>
/// <param name="lookup">The text given for an option's name, flag before environment; null where it was not
/// given.</param>
public sealed class SettingsReader(Func<string, string?> lookup)
{
    readonly List<string> problems = [];

    /// <summary>How a setting is named in problems: as the option that it is.</summary>
    internal Func<string, string> Say { get; init; } = static name => $"--{name}";

    /// <summary>What is missing or wrong, each naming the option as typed.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>
    /// A required setting; where it is missing or wrong, a problem is noted and the default value returned.
    /// </summary>
    public T Required<T>(string name, Parse<T> parse)
    {
        if (TryGet(name, parse, out var value)) return value;
        if (lookup(name) is null) problems.Add($"--{name} is required; give it, or set {EnvironmentName(name)}.");
        return default!;
    }

    /// <summary>An optional setting: false where it was not given, or was wrong and a problem is noted.</summary>
    public bool TryGet<T>(string name, Parse<T> parse, out T value)
    {
        ArgumentNullException.ThrowIfNull(parse);
        value = default!;
        if (lookup(name) is not { } text) return false;
        if (parse(text, out value, out var problem)) return true;
        problems.Add($"{Say(name)} \"{text}\" {problem}.");
        return false;
    }

    /// <summary>
    /// An optional setting that may be given several times: each that is wrong is a problem of its own.
    /// </summary>
    /// <param name="name">The option.</param>
    /// <param name="separator">What joins several.</param>
    /// <param name="parse">Reads one.</param>
    /// <returns>Those that are right; null where it was not given.</returns>
    internal IReadOnlyList<T>? Each<T>(string name, char separator, Parse<T> parse)
    {
        if (lookup(name) is not { } text) return null;
        var values = new List<T>();
        var items = text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // A variable of a script that was never set, perhaps: nobody asks for nothing.
        if (items.Length == 0) problems.Add($"{Say(name)} \"{text}\" names nothing.");
        foreach (var item in items)
        {
            if (parse(item, out var value, out var problem)) values.Add(value);
            else problems.Add($"{Say(name)} \"{item}\" {problem}.");
        }

        return values;
    }

    /// <summary>
    /// The environment variable that stands for an option: <c>--image-name</c> is <c>LEANLOAD_IMAGE_NAME</c>.
    /// </summary>
    internal static string EnvironmentName(string option) =>
        "LEANLOAD_" + option.Replace('-', '_').ToUpperInvariant();

    /// <summary>Any text.</summary>
    public static bool Text(string text, out string value, out string? problem)
    {
        (value, problem) = (text, null);
        return true;
    }

    /// <summary>A whole number.</summary>
    public static bool WholeNumber(string text, out int value, out string? problem)
    {
        problem = "is not a whole number";
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A whole number of 64 bits.</summary>
    public static bool LongNumber(string text, out long value, out string? problem)
    {
        problem = "is not a whole number";
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A number.</summary>
    public static bool Number(string text, out double value, out string? problem)
    {
        problem = "is not a number";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static bool Bool(string text, out bool value, out string? problem)
    {
        problem = "is neither true nor false";
        return bool.TryParse(text, out value);
    }

    /// <summary>A duration with a unit.</summary>
    public static bool Duration(string text, out TimeSpan value, out string? problem) =>
        Durations.TryParse(text, out value, out problem);

    /// <summary>A size with a unit.</summary>
    public static bool Size(string text, out Bytes value, out string? problem) =>
        Bytes.TryParse(text, out value, out problem);

    /// <summary>An absolute http or https address.</summary>
    public static bool Url(string text, out Uri value, out string? problem)
    {
        problem = "is not an absolute http:// or https:// address";
        return Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme is "http" or "https";
    }

    /// <summary>A name of an enumeration, in any case; a problem says the names as one types them.</summary>
    public static bool Choice<T>(string text, out T value, out string? problem) where T : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] names = [.. Enum.GetNames<T>().Select(static name => name.ToLowerInvariant())];
        var nearest = NearestName.Of(text.ToLowerInvariant(), names) is { } near ? $"; the nearest is {near}" : "";
        problem = $"is none of {string.Join(", ", names)}{nearest}";
        // By name: TryParse alone would take the number behind one, too.
        value = default;
        return Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            && Enum.TryParse(text, ignoreCase: true, out value);
    }

    /// <summary>Values of one type, with commas between them; at least one.</summary>
    public static Parse<T[]> List<T>(Parse<T> item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Read;

        bool Read(string text, out T[] value, out string? problem)
        {
            (value, problem) = ([], "names nothing");
            var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var values = new List<T>(parts.Length);
            foreach (var part in parts)
            {
                if (!item(part, out var one, out var wrong))
                {
                    problem = $"holds \"{part}\", which {wrong}";
                    return false;
                }

                values.Add(one);
            }

            value = [.. values];
            return value.Length > 0;
        }
    }

    /// <summary>Reads one type; <c>problem</c> follows the option's name and value in the message.</summary>
    public delegate bool Parse<T>(string text, out T value, out string? problem);
}
