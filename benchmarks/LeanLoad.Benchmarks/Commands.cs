using System.CommandLine;
using LeanLoad.Benchmarks.Gates;
using LeanLoad.Benchmarks.Processes;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Cli;

namespace LeanLoad.Benchmarks;

/// <summary>The commands of this program that are not BenchmarkDotNet's.</summary>
static class Commands
{
    const int Failed = 1, Misused = 2;

    /// <summary>
    /// Whether arguments are for them: a word, also one that nobody knows, or help alone. BenchmarkDotNet has options
    /// only.
    /// </summary>
    public static bool AreMeant(string[] args) =>
        args is ["--help" or "-h" or "-?"] || (args is [var verb, ..] && !verb.StartsWith('-'));

    /// <summary>Runs one.</summary>
    /// <returns>The exit code: 0 measured and within budget, 1 something costs more or failed, 2 used wrongly or a
    /// program is missing.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors) error.WriteLine(problem.Message);
            error.WriteLine("--help tells more.");
            return Misused;
        }

        try
        {
            var configuration = new InvocationConfiguration { Error = error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration);
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

    static RootCommand Root() => HelpColumns.Bound(new(
        "Measures LeanLoad, and holds it to its budgets. Options without a command are BenchmarkDotNet's, such as "
        + "--filter '*Http*' --join --inProcess --job short; --filter '*' --help tells all of them.")
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
    });
}
