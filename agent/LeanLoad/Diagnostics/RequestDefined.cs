namespace LeanLoad.Diagnostics;

/// <summary>A request's name has this id from now on. 0 is always <c>(other)</c>.</summary>
/// <param name="Id">The id, dense.</param>
/// <param name="Name">The name: method and template.</param>
readonly record struct RequestDefined(int Id, string Name) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.RequestDefined;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Id);
        writer.Text(Name);
    }

    internal static RequestDefined Read(ref RecordReader reader) => new(reader.SmallCount(), reader.Text());
}
