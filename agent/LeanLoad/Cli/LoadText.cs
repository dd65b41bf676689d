using LeanLoad.Stats;

namespace LeanLoad.Cli;

/// <summary>
/// The value of <c>--load</c>: a scenario's name, and what it gets: <c>browse: users 100, ramp 10/s, for 2m</c>. The
/// terms are the options of the same name; <c>for</c> is its duration and <c>after</c> when it begins.
/// </summary>
static class LoadText
{
    static readonly string[] Terms =
        ["users", "ramp", "rate", "stages", "arrivals", "when-busy", "iterations", "after", "for"];

    /// <summary>Reads one.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="problems">Everything that is wrong is added.</param>
    /// <returns>Null where nothing can be made of it.</returns>
    public static LoadTerms? Read(string text, List<string> problems)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var spaced ? spaced : text.IndexOf(':');
        var name = colon > 0 ? text[..colon].Trim() : "";
        if (name.Length == 0)
        {
            problems.Add($"--load \"{text}\" names no scenario; write its name, a colon and its load, such as "
                + "\"browse: users 100, ramp 10/s\".");
            return null;
        }

        var place = $"--load \"{name}\"";
        var given = new Dictionary<string, string>();
        foreach (var term in Split(text[(colon + 1)..]))
        {
            var space = term.IndexOf(' ');
            var (word, value) = space < 0 ? (term, "") : (term[..space], term[(space + 1)..].Trim());
            if (!Terms.Contains(word)) problems.Add($"{place}: {Unknown(word)}");
            else if (value.Length == 0) problems.Add($"{place}: {word} needs a value.");
            else if (!given.TryAdd(word, value)) problems.Add($"{place}: {word} is given twice; give it once.");
        }

        if (given.Count == 0 && text[(colon + 1)..].Trim().Length == 0)
        {
            problems.Add(
                $"{place} says nothing of its load; write users, rate or stages, such as \"{name}: users 5\".");
        }

        return Read(name, place, given, problems);
    }

    /// <summary>Reads terms that are split already.</summary>
    /// <param name="name">The scenario's.</param>
    /// <param name="place">Where they stand, for people.</param>
    /// <param name="given">By name.</param>
    /// <param name="problems">Everything that is wrong is added.</param>
    public static LoadTerms Read(
        string name, string place, IReadOnlyDictionary<string, string> given, List<string> problems)
    {
        var reader = new SettingsReader(term => given.GetValueOrDefault(term == "duration" ? "for" : term))
        {
            Say = term => $"{place}: {(term == "duration" ? "for" : term)}",
        };
        var terms = LoadTerms.Read(reader) with { Name = name, Place = place };
        if (reader.TryGet<TimeSpan>("after", SettingsReader.Duration, out var after))
        {
            terms = terms with { After = after };
        }

        problems.AddRange(reader.Problems);
        return terms;
    }

    /// <summary>At commas; a piece that begins with a digit goes on with the list of stages before it.</summary>
    static List<string> Split(string text)
    {
        var terms = new List<string>();
        foreach (var piece in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (terms.Count > 0 && char.IsAsciiDigit(piece[0])) terms[^1] += "," + piece;
            else terms.Add(piece);
        }

        return terms;
    }

    static string Unknown(string word) => NearestName.Of(word, Terms) is { } nearest
        ? $"\"{word}\" is unknown. Did you mean {nearest}?"
        : $"\"{word}\" is unknown; there are {string.Join(", ", Terms)}.";
}
