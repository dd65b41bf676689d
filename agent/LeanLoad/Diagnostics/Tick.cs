using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>
/// The state of the run, once a second. Counts are totals since the start, so that a lost tick loses detail, not truth.
/// It is written after the deltas of its second.
/// </summary>
readonly record struct Tick : IRecord
{
    /// <summary>Since the run started.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Users that this agent is to start.</summary>
    public int UsersPlanned { get; init; }

    /// <summary>Users that were let in.</summary>
    public int UsersAdmitted { get; init; }

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int UsersRunning { get; init; }

    /// <summary>Users whose stop is complete.</summary>
    public int UsersStopped { get; init; }

    /// <summary>Users whose start failed.</summary>
    public int UsersFailed { get; init; }

    /// <summary>Iterations that ended.</summary>
    public long Iterations { get; init; }

    /// <summary>Requests that ended.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Requests sent and not answered yet.</summary>
    public int InFlight { get; init; }

    /// <summary>Memory at the moment since the tick before when most of it was charged and not reclaimable.</summary>
    public MemoryReading Memory { get; init; }

    /// <summary>What that reading knew beside; not part of this record: <see cref="MemoryDetailed"/>.</summary>
    public MemoryDetail Detail { get; init; }

    /// <summary>
    /// What is kept of memory, garbage left out; null where that is not told. Not part of this record:
    /// <see cref="MemoryKept"/>.
    /// </summary>
    public Kept? Kept { get; init; }

    /// <summary>Users that ran at that moment.</summary>
    public int UsersAtHighest { get; init; }

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.Tick;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(UsersPlanned);
        writer.Count(UsersAdmitted);
        writer.Count(UsersRunning);
        writer.Count(UsersStopped);
        writer.Count(UsersFailed);
        writer.Count(Iterations);
        writer.Count(Requests);
        writer.Count(Failures);
        writer.Count(InFlight);
        writer.Memory(Memory);
        writer.Count(UsersAtHighest);
    }

    internal static Tick Read(ref RecordReader reader) => new()
    {
        At = reader.Time(),
        UsersPlanned = reader.SmallCount(),
        UsersAdmitted = reader.SmallCount(),
        UsersRunning = reader.SmallCount(),
        UsersStopped = reader.SmallCount(),
        UsersFailed = reader.SmallCount(),
        Iterations = reader.Count(),
        Requests = reader.Count(),
        Failures = reader.Count(),
        InFlight = reader.SmallCount(),
        Memory = reader.Memory(),
        UsersAtHighest = reader.SmallCount(),
    };
}
