using System.Diagnostics;
using System.Globalization;

namespace LeanLoad.Profiler.Agents;

/// <summary>How to start an agent.</summary>
/// <param name="Binary">What to start.</param>
/// <param name="Arguments">The agent's own options.</param>
sealed record AgentCommand(AgentBinary Binary, IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// Budget of the youngest generation; null leaves it to the runtime, which takes as much as the processor's cache,
    /// 17 to 32 MiB. Only the environment can set it, and only before the runtime starts.
    /// </summary>
    public Bytes? YoungGeneration { get; init; }

    /// <summary>The cage to start it in; null for none.</summary>
    public Cage? Cage { get; init; }

    /// <summary>What the system is asked to start.</summary>
    public ProcessStartInfo ToStartInfo()
    {
        var start = Binary.Runtime == AgentRuntime.Native
            ? new ProcessStartInfo(Binary.Path, Arguments)
            : new ProcessStartInfo("dotnet", ["exec", Binary.Path, .. Arguments]);
        // Hexadecimal without 0x: the runtime ignores any other form silently.
        if (YoungGeneration is { } size)
            start.Environment["DOTNET_GCgen0size"] = size.Count.ToString("x", CultureInfo.InvariantCulture);
        return Cage?.Enclose(start) ?? start;
    }
}
