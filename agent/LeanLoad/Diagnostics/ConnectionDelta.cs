using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// What one step of connecting took on one loop since its last tick. Adding up all of them gives the run: see
/// <see cref="AddTo"/>.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Step">Which step; one that a newer version knows is left out of sums.</param>
/// <param name="Reuses">Requests over a connection that was used before; told with <see cref="ConnectionStep.Connect"/>
/// alone.</param>
/// <param name="Times">How long it took.</param>
readonly record struct ConnectionDelta(TimeSpan At, ConnectionStep Step, long Reuses, LatencyHistogram Times) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ConnectionDelta;

    /// <summary>Adds it up.</summary>
    public void AddTo(ConnectionStats stats)
    {
        stats.Reuses += Reuses;
        if ((int)Step < ConnectionStats.Steps) stats[Step].Merge(Times);
    }

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count((int)Step);
        writer.Count(Reuses);
        writer.Histogram(Times);
    }

    internal static ConnectionDelta Read(ref RecordReader reader) =>
        new(reader.Time(), (ConnectionStep)reader.Choice(), reader.Count(), reader.Histogram());
}
