using System.CommandLine;
using LeanLoad.Benchmarks.Gates;
using LeanLoad.Benchmarks.Processes;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Benchmarks;

/// <summary>The commands of this program that are not BenchmarkDotNet's.</summary>
static class Commands
{
    const int Failed = 1, Misused = 2;

    /// <summary>Whether a word is one of them.</summary>
    public static bool Know(string verb) => Root().Subcommands.Any(command => command.Name == verb);

    /// <summary>Runs one.</summary>
    /// <returns>The exit code: 0 measured and within budget, 1 something costs more or failed, 2 used wrongly or a
    /// program is missing.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        var parsed = Root().Parse(args);
        try
        {
            var configuration = new InvocationConfiguration { Error = error, EnableDefaultExceptionHandler = false };
            var code = await parsed.InvokeAsync(configuration);
            return parsed.Errors.Count > 0 ? Misused : code;
        }
        catch (MeasurementException failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (AgentException failure)
        {
            error.WriteLine(failure.Message);
            return Failed;
        }
    }

    static RootCommand Root() => new("Benchmarks of LeanLoad. Everything else is BenchmarkDotNet's.")
    {
        GateCommand.Create(),
        UsersCommand.Create(),
        StartCommand.Create(),
        IdleCommand.Create(),
        SizeCommand.Create(),
        PeersCommand.Create(),
        OverheadCommand.Create(),
        GuardCommand.Create(),
        YoungCommand.Create(),
        HistoryCommand.Create(),
        CompareCommand.Create(),
    };
}
