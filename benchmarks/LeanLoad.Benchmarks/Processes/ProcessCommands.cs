using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Benchmarks of whole processes: one command each, a table at the terminal, JSON where asked for.</summary>
static class ProcessCommands
{
    public static RootCommand Root() =>
        new("Benchmarks of whole processes. Everything else is BenchmarkDotNet's, and gate.")
    {
        PeersCommand.Create(),
        CompareCommand.Create(),
    };
}
