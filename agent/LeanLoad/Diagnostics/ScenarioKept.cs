namespace LeanLoad.Diagnostics;

/// <summary>The books of one of several scenarios, since the run started; with each <see cref="Tick"/>.</summary>
/// <param name="Index">Of its <see cref="ScenarioDefined"/>.</param>
/// <param name="UsersRunning">Users that run.</param>
/// <param name="Books">Totals.</param>
/// <param name="EndedAt">When it was over, since the load began; null while it goes on.</param>
readonly record struct ScenarioKept(int Index, int UsersRunning, BooksKept Books, TimeSpan? EndedAt) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ScenarioKept;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Index);
        writer.Count(UsersRunning);
        Books.WriteTo(ref writer);
        writer.Bool(EndedAt is not null);
        if (EndedAt is { } ended) writer.Time(ended);
    }

    internal static ScenarioKept Read(ref RecordReader reader) =>
        new(reader.SmallCount(), reader.SmallCount(), BooksKept.Read(ref reader),
            reader.Bool() ? reader.Time() : null);
}
