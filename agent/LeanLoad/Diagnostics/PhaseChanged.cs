namespace LeanLoad.Diagnostics;

/// <summary>Where a run is. It goes through these in order and may leave some out.</summary>
enum RunPhase : byte
{
    /// <summary>Options, settings, budget.</summary>
    Starting,

    /// <summary>What all users share is being made.</summary>
    Bootstrap,

    /// <summary>The bootstraps are done; no user exists.</summary>
    Ready,

    /// <summary>Users are being started.</summary>
    Ramp,

    /// <summary>All planned users have been started.</summary>
    Steady,

    /// <summary>Users are being stopped.</summary>
    Stopping,

    /// <summary>No user is left.</summary>
    Ended,
}

/// <summary>The run entered a phase.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="Phase">The phase that begins.</param>
readonly record struct PhaseChanged(TimeSpan At, RunPhase Phase) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.PhaseChanged;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count((int)Phase);
    }

    internal static PhaseChanged Read(ref RecordReader reader) => new(reader.Time(), (RunPhase)reader.Choice());
}
