using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>What one loop's iterations of one task added since that loop's last tick.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="Scope">The ledger's scope of the task.</param>
/// <param name="Iterations">Iterations that ended.</param>
/// <param name="Failures">Those of them that threw.</param>
/// <param name="Time">First step to last.</param>
readonly record struct IterationDelta(TimeSpan At, int Scope, long Iterations, long Failures, LatencyHistogram Time)
    : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.IterationDelta;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Scope);
        writer.Count(Iterations);
        writer.Count(Failures);
        writer.Bool(Time.Count > 0);
        if (Time.Count > 0) writer.Histogram(Time);
    }

    internal static IterationDelta Read(ref RecordReader reader) => new(
        reader.Time(), reader.SmallCount(), reader.Count(), reader.Count(), reader.Bool() ? reader.Histogram() : new());
}
