using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>What the reading of the next <see cref="Tick"/> knows beside the figures that decide.</summary>
/// <param name="Detail">Where memory is.</param>
readonly record struct MemoryDetailed(MemoryDetail Detail) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.MemoryDetailed;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.OptionalAmount(Detail.Proportional);
        writer.Amount(Detail.Fragmented);
        writer.OptionalAmount(Detail.Gen0Budget);
        writer.Bool(Detail.Stalled is not null);
        if (Detail.Stalled is { } stalled) writer.Time(stalled);
        writer.OptionalAmount(Detail.WatcherBuffer);
        writer.OptionalAmount(Detail.Child);
    }

    internal static MemoryDetailed Read(ref RecordReader reader) => new(new MemoryDetail
    {
        Proportional = reader.OptionalAmount(),
        Fragmented = reader.Amount(),
        Gen0Budget = reader.OptionalAmount(),
        Stalled = reader.Bool() ? reader.Time() : null,
        WatcherBuffer = reader.OptionalAmount(),
        Child = reader.OptionalAmount(),
    });
}
