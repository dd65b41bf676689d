using System.Globalization;

namespace LeanLoad.Cli;

/// <summary>
/// The loads of scenarios that run side by side: those of <c>--load</c>, else those of the load file, else none.
/// </summary>
static class SideBySide
{
    /// <summary>Options that say how much load the only scenario gets, or which one it is.</summary>
    static readonly string[] Alone =
        ["scenario", "users", "ramp", "rate", "stages", "arrivals", "when-busy", "iterations"];

    /// <summary>Reads them.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="inCode">What the load file says.</param>
    /// <param name="problems">Everything that is wrong is added.</param>
    public static IReadOnlyList<LoadTerms> Read(OptionText text, LoadOptions inCode, List<string> problems)
    {
        var isTyped = text.IsTyped("load");
        var typed = text["load"];
        // Whoever asks for one scenario by name gets that one, with the options beside it.
        if ((typed is null && inCode.Loads.Count == 0) || (!isTyped && text.IsTyped("scenario"))) return [];
        var option = typed is null ? "LoadOptions.Loads" : "--load";
        foreach (var name in Alone.Where(text.IsTyped))
        {
            problems.Add(name == "scenario"
                ? $"--scenario and {option} both say what runs; leave out --scenario."
                : $"--{name} and {option} both say how much; write it into a load: --load \"NAME: {name} "
                    + $"{text[name]}\".");
        }

        var loads = typed is null
            ? [.. inCode.Loads.Select(load => OfCode(load.Key, load.Value, problems))]
            : typed.Split(OptionText.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(one => LoadText.Read(one, problems)).OfType<LoadTerms>().ToArray();
        foreach (var twice in loads.GroupBy(static load => load.Name).Where(static group => group.Count() > 1))
        {
            problems.Add($"--load \"{twice.Key}\" is given {twice.Count()} times; a scenario has one load.");
        }

        return loads;
    }

    static LoadTerms OfCode(string name, ScenarioLoad load, List<string> problems)
    {
        var place = $"LoadOptions.Loads \"{name}\"";
        var given = new Dictionary<string, string>();
        Give("users", load.Users);
        Give("ramp", load.RampPerSecond, "/s");
        Give("rate", load.RatePerSecond, "/s");
        Give("stages", load.Stages);
        Give("iterations", load.Iterations);
        if (load.IsPoisson) given["arrivals"] = "poisson";
        if (load.DropsWhenBusy) given["when-busy"] = "drop";
        if (load.After != TimeSpan.Zero) Give("after", load.After.TotalMilliseconds, "ms");
        Give("for", load.Duration?.TotalMilliseconds, "ms");
        var terms = LoadText.Read(name, place, given, problems);
        if ((load.UserShape ?? load.RateShape) is not { } shape) return terms;
        if (load.UserShape is not null && load.RateShape is not null)
        {
            problems.Add($"{place} has both UserShape and RateShape: of the closed model and of the open one; give one "
                + "of them.");
        }

        if (load.Stages is not null) problems.Add($"{place} has both Stages and a shape; give one of them.");
        var stages = LoadShapeReader.Read(shape, load.UserShape is null, out var problem);
        if (stages is null) problems.Add($"{place}: {problem}");
        return terms with { Stages = stages };

        void Give(string term, object? value, string unit = "")
        {
            if (value is not null) given[term] = string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
        }
    }
}
