using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Benchmarks of whole processes: one command each, a table at the terminal, JSON where asked for.</summary>
static class ProcessCommands
{
    const int Misused = 2;

    /// <summary>Whether a word is one of these commands.</summary>
    public static bool Knows(string verb) => Root().Subcommands.Any(command => command.Name == verb);

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code: 0 measured, 1 something failed, 2 used wrongly or a program is missing.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter error)
    {
        var parsed = Root().Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Error = error });
        return parsed.Errors.Count > 0 ? Misused : code;
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
