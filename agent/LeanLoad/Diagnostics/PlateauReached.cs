using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>The ramp rested and memory was read.</summary>
/// <param name="Plateau">Where, and what was read.</param>
readonly record struct PlateauReached(Plateau Plateau) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.PlateauReached;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(Plateau.At);
        writer.Count(Plateau.Users);
        writer.Memory(Plateau.Reading, Plateau);
    }

    internal static PlateauReached Read(ref RecordReader reader)
    {
        var at = reader.Time();
        return new(reader.Plateau(reader.SmallCount(), at));
    }
}
