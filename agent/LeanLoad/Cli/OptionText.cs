using System.CommandLine;
using LeanLoad.Stats;

namespace LeanLoad.Cli;

/// <summary>
/// The text given for each option: the flag, else the environment variable, else what the load file says, else nothing.
/// It splits the command line and knows no types; what is unknown, repeated or lacks its value becomes a problem.
/// </summary>
sealed class OptionText
{
    /// <summary>Between thresholds or loads, and in the environment variable that stands for several.</summary>
    public const char Separator = ';';

    /// <summary>Options that may be given several times, and what joins their values, as in the environment.</summary>
    static readonly (string Name, char Separator)[] Repeatable =
        [("resolve", ' '), ("fail-if", Separator), ("load", Separator)];

    readonly Dictionary<string, string> given = [];
    IDictionary<string, string> defaults = new Dictionary<string, string>();
    readonly List<string> problems = [];

    OptionText()
    {
    }

    /// <summary>What is wrong with the command line itself.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Whether the command line or the environment gives an option.</summary>
    public bool IsTyped(string name) =>
        this[name] is { } text && (given.ContainsKey(name) || text != DefaultOf(name));

    /// <summary>The text for an option's name without dashes; null where it was given nowhere.</summary>
    public string? this[string name] =>
        given.TryGetValue(name, out var text) ? text
        : Environment.GetEnvironmentVariable(SettingsReader.EnvironmentName(name)) is { Length: > 0 } variable
            ? variable
        : DefaultOf(name);

    /// <summary>
    /// Variables that look like a misspelt option. A warning, not an error: Kubernetes sets variables of this prefix
    /// for a service named leanload.
    /// </summary>
    public static IEnumerable<string> MisspeltVariables(IReadOnlyList<SettingOption> known)
    {
        string[] names = [.. known.Select(static option => SettingsReader.EnvironmentName(option.Name))];
        foreach (string variable in Environment.GetEnvironmentVariables().Keys)
        {
            if (!variable.StartsWith("LEANLOAD_", StringComparison.Ordinal) || names.Contains(variable)) continue;
            if (NearestName.Of(variable, names, atMost: 2) is { } nearest)
            {
                yield return $"{variable} is set and stands for no option. Did you mean {nearest}?";
            }
        }
    }

    public static OptionText Parse(
        IReadOnlyList<string> args, IReadOnlyList<SettingOption> known, IDictionary<string, string> defaults)
    {
        var text = new OptionText { defaults = defaults };
        var root = new RootCommand { TreatUnmatchedTokensAsErrors = false };
        root.Options.Clear();
        var options = new Dictionary<string, Option<string[]>>();
        foreach (var setting in known)
        {
            // A switch may stand alone; everything else has one value.
            var arity = setting.Kind == "true|false" ? ArgumentArity.ZeroOrOne : ArgumentArity.ZeroOrMore;
            var option = new Option<string[]>("--" + setting.Name)
            {
                Arity = arity,
                AllowMultipleArgumentsPerToken = false,
            };
            options.Add(setting.Name, option);
            root.Options.Add(option);
        }

        var parsed =
            root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        foreach (var (name, option) in options)
        {
            if (parsed.GetResult(option) is { } result)
            {
                text.Take(known.First(one => one.Name == name), option.Arity,
                    [.. result.Tokens.Select(static token => token.Value)], result.IdentifierTokenCount);
            }
        }

        foreach (var token in parsed.UnmatchedTokens) text.problems.Add(Unknown(token, known));
        foreach (var name in defaults.Keys.Where(name => known.All(option => option.Name != name)))
        {
            text.problems.Add($"LoadOptions.Defaults: {Unknown("--" + name, known)}");
        }

        return text;
    }

    string? DefaultOf(string name) => defaults.TryGetValue(name, out var text) ? text : null;

    void Take(SettingOption setting, ArgumentArity arity, string[] values, int times)
    {
        var name = setting.Name;
        var separator = Repeatable.FirstOrDefault(one => one.Name == name).Separator;
        if (times > 1 && separator != default && values.Length == times) given[name] = string.Join(separator, values);
        else if (times > 1) problems.Add($"--{name} is given {times} times; give it once.");
        else if (values.Length == 1) given[name] = values[0];
        else if (arity.MaximumNumberOfValues == 1) given[name] = "true";
        else problems.Add($"--{name} needs a value.");
    }

    static string Unknown(string token, IReadOnlyList<SettingOption> known)
    {
        if (!token.StartsWith('-'))
        {
            return $"\"{token}\" is no option and belongs to none; every option begins with --.";
        }

        var name = token.TrimStart('-').Split('=')[0];
        return NearestName.Of(name, known.Select(static option => option.Name)) is { } nearest
            ? $"{token} is unknown. Did you mean --{nearest}?"
            : $"{token} is unknown; --help lists the options.";
    }
}
