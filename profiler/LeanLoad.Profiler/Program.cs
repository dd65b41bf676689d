using System.CommandLine;
using LeanLoad.Profiler.Cli;

// What stands behind -- is the agent's, whatever it looks like.
var end = Array.IndexOf(args, "--");
var (own, agent) = end < 0 ? (args, []) : (args[..end], args[(end + 1)..]);

// session -> attribution -> projection -> verdict -> report: each command is a way into that line.
return await CommandEdge.InvokeAsync(own,
    new RootCommand("Runs load agents inside a memory budget, and says before the kernel does when they will not fit.")
{
    NewCommand.Create(),
    RunCommand.Create(agent),
    AttachCommand.Create(),
    DemoCommand.Create(),
    TargetCommand.Create(),
    ReportCommand.Create(),
    DiffCommand.Create(),
}, Console.Error);
