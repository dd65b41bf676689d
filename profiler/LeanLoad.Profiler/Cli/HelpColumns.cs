using System.CommandLine;
using System.CommandLine.Help;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>--help</c> in the columns of a report; of its own accord, in a pipe its lines have any length.</summary>
static class HelpColumns
{
    /// <summary>Bounds the help of a program and of all its commands.</summary>
    /// <returns>The same program.</returns>
    public static RootCommand Bound(RootCommand root)
    {
        foreach (var help in root.Options.Select(static option => option.Action).OfType<HelpAction>())
        {
            help.MaxWidth = Prose.Columns;
        }

        return root;
    }
}
