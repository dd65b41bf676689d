using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>Requests of one name failed in one way since a loop's last tick.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="Name">The name's id.</param>
/// <param name="Failure">The way.</param>
/// <param name="Count">How many more.</param>
/// <param name="Example">What the first of them looked like; null where an earlier record told.</param>
readonly record struct FailureSeen(TimeSpan At, int Name, FailureKind Failure, long Count, string? Example) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.FailureSeen;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Name);
        writer.Count((int)Failure);
        writer.Count(Count);
        writer.OptionalText(Example);
    }

    internal static FailureSeen Read(ref RecordReader reader) =>
        new(reader.Time(), reader.SmallCount(), (FailureKind)reader.Choice(), reader.Count(), reader.OptionalText());
}
