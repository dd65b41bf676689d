using System.Diagnostics;

namespace LeanLoad.Profiler.Agents;

/// <summary>How to start an agent.</summary>
/// <param name="Binary">What to start.</param>
/// <param name="Arguments">The agent's own options.</param>
sealed record AgentCommand(AgentBinary Binary, IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// What its environment has beside ours: the collector's caps above all, which only the environment can set, and
    /// only before the runtime starts.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Variables { get; init; } = [];

    /// <summary>The cage to start it in; null for none.</summary>
    public Cage? Cage { get; init; }

    /// <summary>What the system is asked to start.</summary>
    public ProcessStartInfo ToStartInfo()
    {
        var start = Binary.Runtime == AgentRuntime.Native
            ? new ProcessStartInfo(Binary.Path, Arguments)
            : new ProcessStartInfo("dotnet", ["exec", Binary.Path, .. Arguments]);
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return Cage?.Enclose(start) ?? start;
    }
}
