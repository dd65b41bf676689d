using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Carries the records to whoever watches through EventPipe: provider <c>LeanLoad</c>, one event, its payload one
/// record as a byte array (int32 length, then the bytes).
/// </summary>
[EventSource(Name = ProviderName)]
sealed class LeanLoadEventSource : EventSource
{
    /// <summary>What a session asks for.</summary>
    public const string ProviderName = "LeanLoad";

    /// <summary>The id of the one event.</summary>
    public const int RecordEventId = 1;

    /// <summary>The process's one source: the runtime refuses a second of the same name.</summary>
    public static readonly LeanLoadEventSource Log = new();

    /// <summary>
    /// What a session says of itself among its arguments for this provider: the MiB of its buffer, which lies in the
    /// agent.
    /// </summary>
    public const string BufferArgument = "bufferMiB";

    const int Unknown = -1;

    int sessions;
    int bufferMiB;

    LeanLoadEventSource() : base(EventSourceSettings.EtwManifestEventFormat)
    {
    }

    /// <summary>
    /// Grows each time a session begins or changes what it asks for: whoever writes then tells again what was defined
    /// before.
    /// </summary>
    public int Sessions => Volatile.Read(ref sessions);

    /// <summary>
    /// Most that the buffers of all sessions may take in this process; zero while nobody watches, null where one did
    /// not say. Which of several has ended is not told: so it shrinks when the last one has.
    /// </summary>
    public Bytes? Buffers => !IsEnabled() ? Bytes.Zero
        : Volatile.Read(ref bufferMiB) is var told and not Unknown ? Bytes.FromMiB(told) : null;

    /// <summary>The event as the manifest describes it.</summary>
    [Event(RecordEventId, Level = EventLevel.Informational, Keywords = Keywords.Records)]
    public void Record(byte[] payload) => Write(payload);

    /// <summary>Sends one record. Allocates nothing when nobody listens, nor for EventPipe.</summary>
    [NonEvent]
    [UnconditionalSuppressMessage("Trimming", "IL2026",
        Justification = "The payload is a byte array: no object graph is serialized.")]
    public unsafe void Write(ReadOnlySpan<byte> record)
    {
        if (!IsEnabled(EventLevel.Informational, Keywords.Records)) return;
        var length = record.Length;
        fixed (byte* bytes = record)
        {
            var data = stackalloc EventData[2];
            data[0].DataPointer = (nint)(&length);
            data[0].Size = sizeof(int);
            data[1].DataPointer = (nint)bytes;
            data[1].Size = length;
            WriteEventCore(RecordEventId, 2, data);
        }
    }

    /// <inheritdoc/>
    [NonEvent]
    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        if (command.Command != EventCommand.Enable)
        {
            if (!IsEnabled()) Volatile.Write(ref bufferMiB, 0);
            return;
        }

        Interlocked.Increment(ref sessions);
        var before = Volatile.Read(ref bufferMiB);
        string? text = null;
        command.Arguments?.TryGetValue(BufferArgument, out text);
        var isTold = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        Volatile.Write(ref bufferMiB, isTold && before != Unknown ? before + size : Unknown);
    }

    /// <summary>
    /// The runtime reads these by reflection; an event with a keyword that is not here disables the whole source,
    /// silently.
    /// </summary>
    public static class Keywords
    {
        /// <summary>All records.</summary>
        public const EventKeywords Records = (EventKeywords)1;
    }
}
