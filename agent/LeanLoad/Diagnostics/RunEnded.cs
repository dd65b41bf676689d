namespace LeanLoad.Diagnostics;

/// <summary>The last record. A stream without it was cut off.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="ExitCode">What the agent exits with.</param>
/// <param name="Verdict">The verdict in words.</param>
/// <param name="IsComplete">Whether every record before this one was stored or sent, as far as the agent knows.</param>
/// <param name="Headline">The verdict in two or three words.</param>
readonly record struct RunEnded(TimeSpan At, int ExitCode, string Verdict, bool IsComplete, string Headline) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.RunEnded;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Signed(ExitCode);
        writer.Text(Verdict);
        writer.Bool(IsComplete);
        writer.Text(Headline);
    }

    internal static RunEnded Read(ref RecordReader reader) =>
        new(reader.Time(), (int)reader.Signed(), reader.Text(), reader.Bool(), reader.Text());
}
