namespace LeanLoad.Profiler.Diagnostics;

/// <summary>Why no further event comes.</summary>
enum SessionEndReason
{
    /// <summary>The agent's runtime shut down in good order: nothing is missing.</summary>
    AgentExited,

    /// <summary>We asked the session to stop: nothing up to then is missing.</summary>
    Stopped,

    /// <summary>The stream broke off, as it does when the agent is killed: its last 40 to 220 ms are missing.</summary>
    BrokenOff,

    /// <summary>There was no session: the records were read from a journal.</summary>
    Journal,
}

/// <summary>How a session ended. What was read before has been delivered, whatever the reason.</summary>
/// <param name="Reason">Why.</param>
/// <param name="EventsLost">Events that the agent dropped because its buffer was full.</param>
/// <param name="Detail">For <see cref="SessionEndReason.BrokenOff"/>, what the reader met; for a journal, where it is
/// and what is missing; otherwise null.</param>
readonly record struct SessionEnd(SessionEndReason Reason, long EventsLost, string? Detail);
