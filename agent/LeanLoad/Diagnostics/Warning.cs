namespace LeanLoad.Diagnostics;

/// <summary>Something a person should know about the run.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="Code">Stable, in kebab-case, for machines: <c>names-capped</c>.</param>
/// <param name="Text">What, why, and what to do.</param>
readonly record struct Warning(TimeSpan At, string Code, string Text) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Warning;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Text(Code);
        writer.Text(Text);
    }

    internal static Warning Read(ref RecordReader reader) => new(reader.Time(), reader.Text(), reader.Text());
}
