namespace LeanLoad.Diagnostics;

/// <summary>What a window of a run is.</summary>
enum WindowKind : byte
{
    /// <summary>
    /// Asked for by <c>--warm-up</c>: an epoch of its own, which no table but that of the windows shows.
    /// </summary>
    WarmUp,

    /// <summary>The load grows.</summary>
    Ramp,

    /// <summary>The load stays as it is.</summary>
    Steady,

    /// <summary>The load falls, or the run stops.</summary>
    CoolDown,
}

/// <summary>
/// A window opened; the one before it is closed. What ended before this is in deltas written before it.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Number">From 0.</param>
/// <param name="Epoch">From 0; where it is another than before, deltas from now on are of a new epoch, and add up to it
/// alone.</param>
/// <param name="Window">What it is.</param>
readonly record struct WindowOpened(TimeSpan At, int Number, int Epoch, WindowKind Window) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.WindowOpened;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Number);
        writer.Count(Epoch);
        writer.Count((int)Window);
    }

    internal static WindowOpened Read(ref RecordReader reader) =>
        new(reader.Time(), reader.SmallCount(), reader.SmallCount(), (WindowKind)reader.Choice());
}
