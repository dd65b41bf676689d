using LeanLoad.Stats;

namespace LeanLoad.Cli;

/// <summary>
/// What the load file says where the command line does not: its thresholds beside the others, its shape or its loads
/// where no other load was asked for.
/// </summary>
static class LoadOptionsReader
{
    /// <summary>The options with what the load file says.</summary>
    /// <param name="options">As the command line and the environment give them.</param>
    /// <param name="inCode">What the load file says.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="problems">Everything that is wrong is added.</param>
    public static AgentOptions Apply(
        AgentOptions options, LoadOptions inCode, OptionText text, List<string> problems)
    {
        var thresholds = new List<Threshold>();
        foreach (var item in inCode.FailIf)
        {
            if (Threshold.TryParse(item, out var threshold, out var unclear)) thresholds.Add(threshold);
            else problems.Add($"LoadOptions.FailIf \"{item}\" {unclear}.");
        }

        options = options with
        {
            FailIf = [.. thresholds, .. options.FailIf],
            FailFast = text["fail-fast"] is null ? inCode.FailFast : options.FailFast,
            Loads = SideBySide.Read(text, inCode, problems),
        };
        if (inCode is { Users: not null, Rate: not null })
        {
            problems.Add("LoadOptions has both Users and Rate: of the closed model and of the open one; give one of "
                + "them.");
            return options;
        }

        if ((inCode.Users ?? inCode.Rate) is not { } shape) return options;
        if (inCode.Loads.Count > 0)
        {
            problems.Add("LoadOptions has Loads and a shape of its own: each of Loads has its UserShape or RateShape; "
                + "leave out Users and Rate.");
            return options;
        }

        string[] others =
            ["rate", "stages", "load", .. inCode.Rate is null ? ["users", "ramp"] : Array.Empty<string>()];
        if (others.Any(text.IsTyped)) return options;
        if (LoadShapeReader.Read(shape, inCode.Rate is not null, out var problem) is { } stages)
        {
            return options with { Load = options.Load with { Stages = stages } };
        }

        problems.Add(problem!);
        return options;
    }
}
