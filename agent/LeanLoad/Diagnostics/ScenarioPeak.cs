namespace LeanLoad.Diagnostics;

/// <summary>How many users one of several scenarios has had at a time; with each <see cref="ScenarioKept"/>.</summary>
/// <param name="Index">Of its <see cref="ScenarioDefined"/>.</param>
/// <param name="MostUsers">The most users that ran at a time so far, those left out whose start failed.</param>
readonly record struct ScenarioPeak(int Index, int MostUsers) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ScenarioPeak;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Index);
        writer.Count(MostUsers);
    }

    internal static ScenarioPeak Read(ref RecordReader reader) => new(reader.SmallCount(), reader.SmallCount());
}
