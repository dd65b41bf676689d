using System.CommandLine;
using LeanLoad.Benchmarks.Gates;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Benchmarks of whole processes: one command each, a table at the terminal, JSON where asked for.</summary>
static class ProcessCommands
{
    /// <summary>Whether a word is one of these commands.</summary>
    public static bool Knows(string verb) => Root().Subcommands.Any(command => command.Name == verb);

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code: 0 measured, 1 something failed, 2 used wrongly or a program is missing.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        var parsed = Root().Parse(args);
        try
        {
            var configuration = new InvocationConfiguration { Error = error, EnableDefaultExceptionHandler = false };
            var code = await parsed.InvokeAsync(configuration);
            return parsed.Errors.Count > 0 ? 2 : code;
        }
        catch (MeasurementException failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (Exception failure) when (failure is AgentException or CommandException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    static RootCommand Root() =>
        new("Benchmarks of whole processes. Everything else is BenchmarkDotNet's, and gate.")
    {
        UsersCommand.Create(),
        StartCommand.Create(),
        IdleCommand.Create(),
        SizeCommand.Create(),
        PeersCommand.Create(),
        OverheadCommand.Create(),
        HistoryCommand.Create(),
        CompareCommand.Create(),
    };
}
