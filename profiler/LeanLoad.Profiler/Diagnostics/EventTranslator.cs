using System.Buffers.Binary;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace LeanLoad.Profiler.Diagnostics;

/// <summary>
/// Reads an EventPipe stream, live or recorded, and tells a <see cref="CaptureSink"/> in our own words. The translation
/// decides nothing: no sums, no names of types.
/// </summary>
sealed class EventTranslator(CaptureSink sink)
{
    // Ids of the runtime's events (docs/design/features/randomized-allocation-sampling.md; ClrEtwAll.man).
    const int AllocationSampledId = 303;
    const string CommittedUsage = "GC/CommittedUsage"; // GCDynamicEvent (39), named by the reader after its content
    const string AgentProvider = "LeanLoad", RuntimeProvider = "Microsoft-Windows-DotNETRuntime";

    readonly CollectionTracker collections = new(sink.OnCollection);
    volatile EventPipeEventSource? source;
    long eventsLost;

    /// <summary>The process that writes the stream, by its own reckoning; 0 until the stream says it.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Events dropped so far because the agent's buffer was full.</summary>
    public long EventsLost => source?.EventsLost ?? Interlocked.Read(ref eventsLost);

    /// <summary>Reads to the end of the stream, on the calling thread.</summary>
    public SessionEnd Read(Stream stream)
    {
        var whole = new WholeObjectStream(stream);
        string? broken = null;
        try
        {
            using var opened = new EventPipeEventSource(whole);
            source = opened;
            try
            {
                Subscribe(opened);
                opened.Process();
            }
            finally
            {
                Interlocked.Exchange(ref eventsLost, opened.EventsLost);
                source = null;
            }
        }
        catch (Exception error) when (IsDamage(error))
        {
            broken = error.Message;
        }

        collections.Flush();
        broken = whole.CutOff ?? broken;
        var reason = broken is null ? SessionEndReason.AgentExited : SessionEndReason.BrokenOff;
        return new SessionEnd(reason, eventsLost, broken);
    }

    // How the parser complains of a stream without a beginning, or with nonsense in a block.
    static bool IsDamage(Exception error) =>
        error is FormatException or IOException or InvalidDataException or NotSupportedException
            or InvalidOperationException;

    void Subscribe(EventPipeEventSource events)
    {
        // All events, parsed here: TraceEvent shows no fields for a byte[] and has no words for what we need of the
        // rest.
        events.AllEvents += data =>
        {
            if (ProcessId == 0) ProcessId = data.ProcessID;
            if (data.ProviderName == AgentProvider) OnAgent(data);
            else if (data.ProviderName != RuntimeProvider) return;
            else if ((int)data.ID == AllocationSampledId) OnAllocationSampled(data);
            else if (data.EventName == CommittedUsage) OnCommittedUsage(data);
        };
        // Names of providers and events come with the stream; this parser is what reads them.
        events.Dynamic.All += _ => { };
        var runtime = events.Clr;
        runtime.GCSuspendEEStart += data =>
        {
            if (data.Reason is GCSuspendEEReason.SuspendForGC or GCSuspendEEReason.SuspendForGCPrep)
            {
                collections.Suspended(At(data));
            }
        };
        runtime.GCStart += data => collections.Started(At(data), data.Count, data.Depth, ReasonOf(data));
        runtime.GCHeapStats += data =>
            collections.Measured(new Bytes(data.TotalHeapSize), new Bytes(data.TotalPromoted));
        runtime.GCRestartEEStop += data => collections.Restarted(At(data));
    }

    void OnAgent(TraceEvent data)
    {
        var payload = Payload(data);
        if (data.EventName == "Record") OnRecord(payload);
        else if (data.EventName == "EventSourceMessage")
        {
            sink.OnWarning($"The agent's event source reports: {Text(payload, out _)}");
        }
    }

    /// <summary>A byte[] argument: its length as an int32, then its bytes.</summary>
    void OnRecord(ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(payload) is >= 0 and var length
            && length <= payload.Length - 4)
            sink.OnRecord(payload.Slice(4, length));
        else
        {
            sink.OnWarning($"A record of the agent has {Counted.Of(payload.Length, "byte")}, which is not a length and "
                + "that many bytes; it was left out.");
        }
    }

    /// <summary>Kind (u32), runtime (u16), method table (8), type name (UTF-16, terminated), address (8), size (u64),
    /// sampled byte (u64).</summary>
    void OnAllocationSampled(TraceEvent data)
    {
        var payload = Payload(data);
        if (payload.Length < 14) return;
        var typeId = BinaryPrimitives.ReadUInt64LittleEndian(payload[6..]);
        var name = Text(payload[14..], out var rest);
        if (rest.Length < 16) return;
        var size = new Bytes(BinaryPrimitives.ReadInt64LittleEndian(rest[8..]));
        sink.OnAllocation(new AllocationSample(
            At(data), data.ThreadID, typeId, name is "" or "NULL" ? null : name, size,
            AllocationSample.WeightOf(size), data.ActivityID));
    }

    /// <summary>
    /// Name (UTF-16, terminated), size (u32), data. <c>CommittedUsage</c>: version (u16), then bytes in use, in global
    /// decommit, free, in global free, bookkeeping (u64 each); it comes before and after a collection, and the later
    /// one stands.
    /// </summary>
    void OnCommittedUsage(TraceEvent data)
    {
        if (Text(Payload(data), out var rest) != "CommittedUsage" || rest.Length < 4 + 2 + 5 * 8) return;
        var amounts = rest[6..];
        var committed = 0L;
        for (var i = 0; i < 5; i++) committed += BinaryPrimitives.ReadInt64LittleEndian(amounts[(i * 8)..]);
        collections.Committed(new Bytes(committed));
    }

    // 17 is younger than the reader's list: GC.Collect with GCCollectionMode.Aggressive.
    static string ReasonOf(GCStartTraceData data) =>
        (int)data.Reason == 17 ? "InducedAggressive" : data.Reason.ToString();

    static TimeSpan At(TraceEvent data) => TimeSpan.FromMilliseconds(data.TimeStampRelativeMSec);

    static unsafe ReadOnlySpan<byte> Payload(TraceEvent data) => new((void*)data.DataStart, data.EventDataLength);

    /// <summary>Text of UTF-16 characters up to a zero, or to the end where there is none.</summary>
    static string Text(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> rest)
    {
        for (var i = 0; i + 1 < payload.Length; i += 2)
        {
            if (payload[i] != 0 || payload[i + 1] != 0) continue;
            rest = payload[(i + 2)..];
            return System.Text.Encoding.Unicode.GetString(payload[..i]);
        }

        rest = default;
        return System.Text.Encoding.Unicode.GetString(payload);
    }
}
