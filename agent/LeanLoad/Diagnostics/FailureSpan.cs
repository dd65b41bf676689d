using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>When the failures of the <see cref="FailureSeen"/> of the same name and kind before it came.</summary>
/// <param name="Name">The name's id.</param>
/// <param name="Failure">The kind.</param>
/// <param name="First">When the first of them came, since the run started.</param>
/// <param name="Last">When the last of them came.</param>
readonly record struct FailureSpan(int Name, FailureKind Failure, TimeSpan First, TimeSpan Last) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.FailureSpan;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Name);
        writer.Count((int)Failure);
        writer.Time(First);
        writer.Time(Last);
    }

    internal static FailureSpan Read(ref RecordReader reader) =>
        new(reader.SmallCount(), (FailureKind)reader.Choice(), reader.Time(), reader.Time());
}
