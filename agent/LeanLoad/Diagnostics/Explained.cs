namespace LeanLoad.Diagnostics;

/// <summary>One sentence of the explanation of a run's figures; they come in order, at the run's end.</summary>
/// <param name="Text">The sentence.</param>
readonly record struct Explained(string Text) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Explained;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer) => writer.Text(Text);

    internal static Explained Read(ref RecordReader reader) => new(reader.Text());
}
