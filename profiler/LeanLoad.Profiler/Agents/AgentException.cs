namespace LeanLoad.Profiler.Agents;

/// <summary>
/// An agent could not be built, started or reached. The message is for the person at the terminal: what happened, why,
/// what to do; it is shown without a stack trace.
/// </summary>
sealed class AgentException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What the command ends with. Default 1.</summary>
    public int ExitCode { get; init; } = 1;
}
