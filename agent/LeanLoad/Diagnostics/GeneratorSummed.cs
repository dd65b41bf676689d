using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>How well the generator itself kept up, over all loops; written at the run's end.</summary>
/// <param name="Slip">How late iterations began for its own sake: pauses that ended, arrivals with a free user. In
/// microseconds.</param>
/// <param name="Turns">How long loops' turns took: what became ready meanwhile has waited at most as long.</param>
/// <param name="Load">How long there was load.</param>
/// <param name="Cpu">Processor time that the process took meanwhile, all threads.</param>
/// <param name="BusiestLoop">How long the busiest loop was in its turns meanwhile.</param>
/// <param name="Throttled">How long its cgroup was throttled meanwhile; null where nothing tells.</param>
readonly record struct GeneratorSummed(
    LatencyHistogram Slip, LatencyHistogram Turns, TimeSpan Load, TimeSpan Cpu, TimeSpan BusiestLoop,
    TimeSpan? Throttled) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.GeneratorSummed;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Histogram(Slip);
        writer.Histogram(Turns);
        writer.Time(Load);
        writer.Time(Cpu);
        writer.Time(BusiestLoop);
        writer.Bool(Throttled is not null);
        if (Throttled is { } throttled) writer.Time(throttled);
    }

    internal static GeneratorSummed Read(ref RecordReader reader) => new(
        reader.Histogram(), reader.Histogram(), reader.Time(), reader.Time(), reader.Time(),
        reader.Bool() ? reader.Time() : null);
}
