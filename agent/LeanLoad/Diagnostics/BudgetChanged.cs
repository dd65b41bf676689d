namespace LeanLoad.Diagnostics;

/// <summary>
/// A limit changed, or what others leave of it: what the agent may use from now on, in place of what
/// <see cref="RunStarted"/> said.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Amount">What the agent may use; null where nothing says any more.</param>
/// <param name="Source">Where the budget comes from, for people.</param>
/// <param name="Limit">The tightest limit of all enclosing memory cgroups; null where there is none.</param>
readonly record struct BudgetChanged(TimeSpan At, Bytes? Amount, string Source, Bytes? Limit) : IRecord
{
    /// <summary>The budget that a run begins with.</summary>
    public static BudgetChanged AtStart(RunStarted started) =>
        new(TimeSpan.Zero, started.Budget, started.BudgetSource, started.Limit);

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.BudgetChanged;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.OptionalAmount(Amount);
        writer.Text(Source);
        writer.OptionalAmount(Limit);
    }

    internal static BudgetChanged Read(ref RecordReader reader) =>
        new(reader.Time(), reader.OptionalAmount(), reader.Text(), reader.OptionalAmount());
}
