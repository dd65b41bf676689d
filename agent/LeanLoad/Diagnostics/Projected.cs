namespace LeanLoad.Diagnostics;

/// <summary>The peak that the agent expects for the planned users, with its 95 % interval.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="PlannedUsers">For how many users.</param>
/// <param name="Expected">The peak of unreclaimable memory.</param>
/// <param name="Lower">The interval's lower bound.</param>
/// <param name="Upper">Its upper bound: this one decides.</param>
/// <param name="UsersThatFit">How many users fit the budget by the upper bound; null where there is no budget.</param>
readonly record struct Projected(TimeSpan At, int PlannedUsers, Bytes Expected, Bytes Lower, Bytes Upper,
    int? UsersThatFit) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Projected;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(PlannedUsers);
        writer.Amount(Expected);
        writer.Amount(Lower);
        writer.Amount(Upper);
        writer.OptionalCount(UsersThatFit);
    }

    internal static Projected Read(ref RecordReader reader) => new(
        reader.Time(), reader.SmallCount(), reader.Amount(), reader.Amount(), reader.Amount(),
        reader.Bool() ? reader.SmallCount() : null);
}
