using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LeanLoad.Profiler.Cli;

/// <summary>An option whose value is a whole number.</summary>
static class NumberOption
{
    /// <summary>One without a default: null where it is not given.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For <c>--help</c>.</param>
    /// <param name="helpName">What stands for the value in <c>--help</c>.</param>
    public static Option<int?> Create(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Read(result, name, 1, int.MaxValue),
    };

    /// <summary>One with a default.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For <c>--help</c>.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most.</param>
    /// <param name="ifMissing">Where it is not given.</param>
    public static Option<int> Create(string name, string description, int least, int most, int ifMissing) => new(name)
    {
        Description = description,
        CustomParser = result => Read(result, name, least, most) ?? ifMissing,
        DefaultValueFactory = _ => ifMissing,
    };

    static int? Read(ArgumentResult result, string name, int least, int most)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{name} \"{text}\" is not a whole number from {least} to {most}.");
        return null;
    }
}
