using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// What became of the planned iterations, over all loops and since the run started; with each <see cref="Tick"/>.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Books">Totals.</param>
readonly record struct BooksKept(TimeSpan At, Books Books) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.BooksKept;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Books.Planned);
        writer.Count(Books.Done);
        writer.Count(Books.Failed);
        writer.Count(Books.Late);
        writer.Count(Books.Dropped);
        writer.Count(Books.Cut);
        writer.Count(Books.InFlight);
    }

    internal static BooksKept Read(ref RecordReader reader) => new(reader.Time(), new Books(
        reader.Count(), reader.Count(), reader.Count(), reader.Count(), reader.Count(), reader.Count(),
        reader.Count()));
}
