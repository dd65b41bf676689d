using System.Buffers.Binary;

namespace LeanLoad.Diagnostics;

/// <summary>
/// The agent's one stream of records: each is encoded once and goes to EventPipe when somebody watches, and to the
/// journal when there is one. With neither, only definitions are encoded, since a profiler may attach later and must be
/// told them.
/// </summary>
/// <remarks>
/// Any thread may write: loops write their own deltas once a second, and one lock for a few hundred records a second
/// costs nothing. Memory: 4 KiB, 32 once a record is larger, the encoded definitions, and the journal's buffer.
/// </remarks>
/// <param name="journal">The journal, owned from now on; null for none.</param>
sealed class RecordStream(JournalWriter? journal = null) : IDisposable
{
    readonly Lock writing = new();
    readonly LeanLoadEventSource events = LeanLoadEventSource.Log;
    byte[] buffer = new byte[4 << 10];

    // Encoded definitions one after the other, each after its length in two bytes.
    byte[] definitions = new byte[1 << 10];
    int definitionsLength;
    PhaseChanged? phase;
    BudgetChanged? budget;
    int toldSessions;

    /// <summary>True while a record goes anywhere: ask before making one that costs something.</summary>
    public bool IsOn => events.IsEnabled() || journal is { IsComplete: true };

    /// <summary>
    /// Grows when a profiler attaches. Definitions, the phase and a changed budget are told again then by the stream
    /// itself; whoever writes totals (<see cref="ScopeCharged"/>) writes all of them when this differs from what it was
    /// at the last time.
    /// </summary>
    public int Sessions => events.Sessions;

    /// <summary>Records that were larger than a record may be, and dropped.</summary>
    public long Refused { get; private set; }

    /// <summary>False once a record was dropped or the journal could not be written: exit code 87.</summary>
    public bool IsComplete => Refused == 0 && journal is null or { IsComplete: true };

    /// <summary>Why the journal ends early, for people; null while it does not.</summary>
    public string? JournalProblem => journal?.Problem;

    /// <summary>
    /// Writes a record. One that ends a moment (<see cref="Tick"/> and all that are rare) also sends the journal's
    /// buffer to the system.
    /// </summary>
    public void Write<T>(in T record) where T : IRecord
    {
        lock (writing)
        {
            TellNewSessions();
            if (record is PhaseChanged changed) phase = changed;
            if (record is BudgetChanged moved) budget = moved;
            if (!TrySend(record)) Refused++;
        }
    }

    /// <summary>Writes a record, in three where its histograms are too large together.</summary>
    public void Write(in RequestDelta delta)
    {
        lock (writing)
        {
            TellNewSessions();
            if (TrySend(delta)) return;
            var (first, second, third) = delta.Split();
            if (!TrySend(first) || !TrySend(second) || (delta.FirstByte is not null && !TrySend(third))) Refused++;
        }
    }

    /// <summary>Writes out and closes the journal; false where not all of it could be stored.</summary>
    public bool TryFinish()
    {
        journal?.Finish();
        return IsComplete;
    }

    /// <summary>Writes out and closes the journal.</summary>
    public void Dispose() => journal?.Dispose();

    // A SIGKILL costs what is in the buffer: at most the deltas of the second that has not ended.
    static bool IsMoment(RecordKind kind) =>
        kind is not (RecordKind.RequestDelta or RecordKind.IterationDelta or RecordKind.FailureSeen
        or RecordKind.FailureSpan or RecordKind.ConnectionDelta or RecordKind.MemoryDetailed
        or RecordKind.MemoryKept or RecordKind.ScopeCharged or RecordKind.ScopeDefined
        or RecordKind.RequestDefined);

    // False where the record is too large.
    bool TrySend<T>(in T record) where T : IRecord
    {
        var isDefinition = record.Kind is RecordKind.RunStarted or RecordKind.ScopeDefined or RecordKind.RequestDefined;
        if (!isDefinition && !IsOn) return true;
        var length = Encode(record);
        if (length == 0) return false;
        var bytes = buffer.AsSpan(0, length);
        if (isDefinition) Keep(bytes);
        events.Write(bytes);
        journal?.Append(bytes);
        if (IsMoment(record.Kind)) journal?.Flush();
        return true;
    }

    int Encode<T>(in T record) where T : IRecord
    {
        var length = RecordWriter.Write(buffer, record);
        if (length > 0 || buffer.Length == Contract.MaxRecordBytes) return length;
        buffer = new byte[Contract.MaxRecordBytes];
        return RecordWriter.Write(buffer, record);
    }

    void TellNewSessions()
    {
        var sessions = Sessions;
        if (sessions == toldSessions) return;
        toldSessions = sessions;
        for (var told = definitions.AsSpan(0, definitionsLength); !told.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(told);
            events.Write(told.Slice(sizeof(ushort), length));
            told = told[(sizeof(ushort) + length)..];
        }

        if (phase is { } entered) TellAgain(entered);
        if (budget is { } now) TellAgain(now);
    }

    void TellAgain<T>(in T record) where T : IRecord
    {
        if (Encode(record) is > 0 and var length) events.Write(buffer.AsSpan(0, length));
    }

    void Keep(ReadOnlySpan<byte> definition)
    {
        var needed = definitionsLength + sizeof(ushort) + definition.Length;
        if (needed > definitions.Length) Array.Resize(ref definitions, Math.Max(needed, definitions.Length * 2));
        var free = definitions.AsSpan(definitionsLength);
        BinaryPrimitives.WriteUInt16LittleEndian(free, (ushort)definition.Length);
        definition.CopyTo(free[sizeof(ushort)..]);
        definitionsLength = needed;
    }
}
