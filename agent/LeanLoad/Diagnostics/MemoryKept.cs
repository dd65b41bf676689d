using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>
/// What is kept at the moment of the next <see cref="Tick"/>, whose own reading is the highest of its second, garbage
/// and all. None comes before the first user.
/// </summary>
/// <param name="Kept">Without garbage.</param>
readonly record struct MemoryKept(Kept Kept) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.MemoryKept;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Amount(Kept.Amount);
        writer.Amount(Kept.Most);
        writer.Amount(Kept.Managed);
    }

    internal static MemoryKept Read(ref RecordReader reader) =>
        new(new Kept(reader.Amount(), reader.Amount(), reader.Amount()));
}
