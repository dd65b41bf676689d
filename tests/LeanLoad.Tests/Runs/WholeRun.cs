using LeanLoad.Cli;
using LeanLoad.Memory;
using LeanLoad.Users;
using Xunit;

namespace LeanLoad.Tests.Runs;

/// <summary>An agent's whole run in this process, without a budget: its loops stand, its bootstraps are made.</summary>
sealed class WholeRun : IDisposable
{
    readonly MemoryReader memory = MemoryReader.Open();
    readonly StopSignal signal = new();
    readonly AgentRun run;

    public WholeRun(AgentOptions options, ScenarioPlan plan)
    {
        run = new AgentRun(new RunRequest(options, plan, new Supplies(), [], [], []), Budget.Resolve(null, default),
            GcSettings.For(null), memory, signal);
        run.Open();
        Assert.True(run.TryBootstrap());
    }

    /// <summary>Runs the users to their end.</summary>
    public void RunUsers() => run.RunUsers();

    /// <summary>Writes the results.</summary>
    public ExitCode Finish(TextWriter output) => run.Finish(output);

    public void Dispose()
    {
        run.Dispose();
        signal.Dispose();
        memory.Dispose();
    }
}
