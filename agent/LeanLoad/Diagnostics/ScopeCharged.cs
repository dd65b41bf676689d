namespace LeanLoad.Diagnostics;

/// <summary>
/// What a ledger charged to a scope, in total. A total, not a difference: a lost record costs detail and not truth, and
/// a profiler that attaches late has it right with the next one. Written for the scopes that changed.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Loop">Whose ledger: 0 for the first loop; <see cref="OffLoop"/> for the other threads.</param>
/// <param name="Scope">The scope's id.</param>
/// <param name="Allocated">Allocated in this scope by this loop since the start.</param>
/// <param name="Entries">Times this loop entered it: users started, iterations begun.</param>
readonly record struct ScopeCharged(TimeSpan At, int Loop, int Scope, Bytes Allocated, long Entries) : IRecord
{
    /// <summary>Stands for the threads that are no loop.</summary>
    public const int OffLoop = 1 << 16;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ScopeCharged;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Loop);
        writer.Count(Scope);
        writer.Amount(Allocated);
        writer.Signed(Entries);
    }

    internal static ScopeCharged Read(ref RecordReader reader) =>
        new(reader.Time(), reader.SmallCount(), reader.SmallCount(), reader.Amount(), reader.Signed());
}
