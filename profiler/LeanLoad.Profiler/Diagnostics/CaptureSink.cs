namespace LeanLoad.Profiler.Diagnostics;

/// <summary>One record of the agent, as its bytes; valid only during the call.</summary>
delegate void RecordHandler(ReadOnlySpan<byte> record);

/// <summary>
/// Who hears what a session reads. All are called on the session's one reading thread, in the order of the stream, so a
/// consumer that only the session feeds needs no lock; a slow one makes the agent's buffer overflow, which
/// <see cref="SessionEnd.EventsLost"/> tells.
/// </summary>
sealed record CaptureSink
{
    /// <summary>A record of the agent's own stream.</summary>
    public required RecordHandler OnRecord { get; init; }

    /// <summary>A sampled allocation. Default: not listened to.</summary>
    public Action<AllocationSample> OnAllocation { get; init; } = _ => { };

    /// <summary>A collection, told when all its events are there. Default: not listened to.</summary>
    public Action<Collection> OnCollection { get; init; } = _ => { };

    /// <summary>A sentence about the stream itself, such as an event source that switched itself off. Default: not
    /// listened to.</summary>
    public Action<string> OnWarning { get; init; } = _ => { };
}
