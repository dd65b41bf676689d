namespace LeanLoad.Diagnostics;

/// <summary>A threshold, and whether it held; written at the run's end.</summary>
/// <param name="Text">As it was written: <c>p99 &gt; 200ms</c> is what must not be.</param>
/// <param name="HasFailed">Whether it was so.</param>
/// <param name="Actual">The figure with its unit, or why there is none.</param>
readonly record struct ThresholdJudged(string Text, bool HasFailed, string Actual) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ThresholdJudged;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Text(Text);
        writer.Bool(HasFailed);
        writer.Text(Actual);
    }

    internal static ThresholdJudged Read(ref RecordReader reader) => new(reader.Text(), reader.Bool(), reader.Text());
}
