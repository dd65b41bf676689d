using LeanLoad.Profiler.Cli;

// What stands behind -- is the agent's, whatever it looks like.
var end = Array.IndexOf(args, "--");
var (own, agent) = end < 0 ? (args, []) : (args[..end], args[(end + 1)..]);

// session -> attribution -> projection -> verdict -> report: each command is a way into that line.
return await CommandEdge.InvokeAsync(own, Commands.Create(agent), Console.Error);
