using System.CommandLine;

namespace LeanLoad.Cli;

/// <summary>
/// The text given for each option: the flag, else the environment variable, else nothing. It splits the command line
/// and knows no types; what is unknown, repeated or lacks its value becomes a problem.
/// </summary>
sealed class OptionText
{
    /// <summary>Between thresholds, and in the environment variable that stands for several.</summary>
    public const char Separator = ';';

    /// <summary>Options that may be given several times, and what joins their values, as in the environment.</summary>
    static readonly (string Name, char Separator)[] Repeatable = [("resolve", ' '), ("fail-if", Separator)];

    readonly Dictionary<string, string> given = [];
    readonly List<string> problems = [];

    OptionText()
    {
    }

    /// <summary>What is wrong with the command line itself.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The text for an option's name without dashes; null where it was given nowhere.</summary>
    public string? this[string name] =>
        given.TryGetValue(name, out var text) ? text
        : Environment.GetEnvironmentVariable(SettingsReader.EnvironmentName(name)) is { Length: > 0 } variable
            ? variable
        : null;

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
            var nearest = names.MinBy(name => Distance(variable, name))!;
            if (Distance(variable, nearest) <= 2)
            {
                yield return $"{variable} is set and stands for no option. Did you mean {nearest}?";
            }
        }
    }

    public static OptionText Parse(IReadOnlyList<string> args, IReadOnlyList<SettingOption> known)
    {
        var text = new OptionText();
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
        return text;
    }

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
        var nearest = known.MinBy(option => Distance(name, option.Name));
        return nearest is not null && Distance(name, nearest.Name) <= Math.Max(2, name.Length / 3)
            ? $"{token} is unknown. Did you mean --{nearest.Name}?"
            : $"{token} is unknown; --help lists the options.";
    }

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
    /// alignment).
    /// </summary>
    static int Distance(string left, string right)
    {
        var cost = new int[left.Length + 1, right.Length + 1];
        for (var row = 0; row <= left.Length; row++)
        {
            for (var column = 0; column <= right.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    cost[row, column] = row + column;
                    continue;
                }

                var replaced = cost[row - 1, column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                cost[row, column] = Math.Min(replaced, 1 + Math.Min(cost[row - 1, column], cost[row, column - 1]));
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    cost[row, column] = Math.Min(cost[row, column], cost[row - 2, column - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];
    }
}
