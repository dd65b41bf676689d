using System.CommandLine;

namespace LeanLoad.Profiler.Cli;

/// <summary>What there is to type.</summary>
static class Commands
{
    /// <summary>All commands.</summary>
    /// <param name="agent">What stands behind <c>--</c>, for the agent.</param>
    public static RootCommand Create(string[] agent) => HelpColumns.Bound(
        new("Runs load agents inside a memory budget, and says before the kernel does when they will not fit.")
        {
            NewCommand.Create(),
            RunCommand.Create(agent),
            AttachCommand.Create(),
            DemoCommand.Create(),
            TargetCommand.Create(),
            ReportCommand.Create(),
            DiffCommand.Create(),
        });
}
