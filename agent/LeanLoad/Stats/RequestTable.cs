using LeanLoad.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// One loop's requests, by the ids of <see cref="RequestNames"/>. Not thread-safe: only its loop calls it. Allocates
/// when a name, a power of two of its times or its first failure appears; never otherwise.
/// </summary>
/// <remarks>
/// Memory: 8 bytes for each name of the agent, and two <see cref="RequestStats"/> (since the last tick, and before it)
/// for those this loop used.
/// </remarks>
/// <param name="names">The names its ids stand for.</param>
/// <param name="windows">The windows of its loop.</param>
sealed class RequestTable(RequestNames names, WindowTable? windows = null)
{
    readonly WindowTable windows = windows ?? new();
    Entry?[] entries = new Entry?[8];

    /// <summary>The names its ids stand for.</summary>
    public RequestNames Names => names;

    /// <summary>The windows it counts into.</summary>
    public WindowTable Windows => windows;

    /// <summary>Requests that ended.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Counts one request.</summary>
    /// <param name="id">The id of its name.</param>
    /// <param name="responseUs">Due to completed; where it had no due time, the same as <paramref
    /// name="serviceUs"/>.</param>
    /// <param name="serviceUs">Sent to completed.</param>
    /// <param name="bytes">Bytes received, heads and framing included.</param>
    /// <param name="failure">Why it has no usable response.</param>
    /// <param name="began">The window it began in: of an earlier epoch, it is counted there and under no name of this
    /// one.</param>
    public void Record(
        int id, long responseUs, long serviceUs, long bytes, FailureKind failure = FailureKind.None,
        int began = WindowTable.Always) =>
        Record(id, responseUs, serviceUs, serviceUs, bytes, failure, began);

    /// <summary>Counts one request.</summary>
    /// <param name="id">The id of its name.</param>
    /// <param name="responseUs">Due to completed.</param>
    /// <param name="serviceUs">Sent to completed.</param>
    /// <param name="firstByteUs">Sent to first byte; negative where none came.</param>
    /// <param name="bytes">Bytes received, heads and framing included.</param>
    /// <param name="failure">Why it has no usable response.</param>
    /// <param name="began">The window it began in: of an earlier epoch, it is counted there and under no name of this
    /// one.</param>
    public void Record(
        int id, long responseUs, long serviceUs, long firstByteUs, long bytes, FailureKind failure,
        int began = WindowTable.Always)
    {
        RowOf(id, began).Record(responseUs, serviceUs, firstByteUs, bytes, failure,
            failure == FailureKind.None ? default : windows.Elapsed);
        if (failure == FailureKind.Cut) return;
        Requests++;
        if (failure != FailureKind.None) Failures++;
    }

    /// <summary>
    /// Counts as failed a request that was recorded as a good one: the load file rejected its response.
    /// </summary>
    public void Reject(int id, int began = WindowTable.Always)
    {
        RowOf(id, began).Reject(windows.Elapsed);
        Failures++;
    }

    /// <summary>Whether <see cref="AddExample"/> would keep a text: ask before making one.</summary>
    public bool NeedsExample(int id, FailureKind kind) => At(id).SinceTick.ExampleOf(kind) is null;

    /// <summary>Keeps the text of the first failure of its kind and name.</summary>
    public void AddExample(int id, FailureKind kind, string text, int began = WindowTable.Always) =>
        RowOf(id, began).AddExample(kind, text);

    /// <summary>
    /// Begins an epoch: everything so far is of an earlier one. Call it right after <see cref="Tick"/>.
    /// </summary>
    public void Clear()
    {
        foreach (var entry in entries) entry?.Clear();
    }

    /// <summary>
    /// Writes what happened since the last tick, names before their first use, and folds it into the
    /// totals.
    /// </summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="stream">Where to; null where nobody listens.</param>
    /// <param name="second">Of all loops and names, which is added to under its own lock; null: nobody wants
    /// it.</param>
    public void Tick(TimeSpan at, RecordStream? stream, RequestStats? second = null)
    {
        if (stream is not null) names.Tell(stream);
        foreach (var entry in entries)
        {
            if (entry is null || entry.SinceTick.IsEmpty) continue;
            // Before it is told: refused memory between that and folding it in, it would be told twice.
            entry.Total.ReserveFor(entry.SinceTick);
            windows.Open.Requests.ReserveFor(entry.SinceTick);
            if (second is not null) ReserveIn(second, entry.SinceTick);
            if (stream is { IsOn: true }) Write(at, stream, entry);
            entry.Total.Merge(entry.SinceTick);
            windows.Open.Requests.Merge(entry.SinceTick);
            if (second is not null) AddTo(second, entry.SinceTick);
            entry.SinceTick.Reset();
        }
    }

    /// <summary>
    /// Adds everything recorded so far to a report over several loops; call it on the loop, or after the loop has
    /// ended.
    /// </summary>
    /// <param name="report">By id; rows are added where they are missing.</param>
    public void AddTo(SortedDictionary<int, RequestStats> report)
    {
        foreach (var entry in entries)
        {
            if (entry is null) continue;
            if (!report.TryGetValue(entry.Id, out var row)) report.Add(entry.Id, row = new());
            row.Merge(entry.Total);
            row.Merge(entry.SinceTick);
        }
    }

    static void Write(TimeSpan at, RecordStream stream, Entry entry)
    {
        var stats = entry.SinceTick;
        stream.Write(RequestDelta.Of(at, entry.Id, stats));
        if (stats.Failures == 0 && stats.Cut == 0) return;
        for (var kind = FailureKind.None; (int)kind < FailureCounts.Kinds; kind++)
        {
            var count = stats.FailuresOf(kind);
            if (count == 0) continue;
            var example = entry.Total.ExampleOf(kind) is null ? stats.ExampleOf(kind) : null;
            stream.Write(new FailureSeen(at, entry.Id, kind, count, example));
            stream.Write(new FailureSpan(entry.Id, kind, stats.SeenAt(kind).First, stats.SeenAt(kind).Last));
        }
    }

    static void ReserveIn(RequestStats second, RequestStats stats)
    {
        lock (second) second.ReserveFor(stats);
    }

    static void AddTo(RequestStats second, RequestStats stats)
    {
        lock (second) second.Merge(stats);
    }

    RequestStats RowOf(int id, int began) => windows.IsOld(began) ? windows[began].Requests : At(id).SinceTick;

    Entry At(int id)
    {
        if ((uint)id < (uint)entries.Length && entries[id] is { } entry) return entry;
        return Add(id);
    }

    Entry Add(int id)
    {
        if (id >= entries.Length) Array.Resize(ref entries, Math.Max(id + 1, entries.Length * 2));
        return entries[id] = new(id);
    }

    sealed class Entry(int id)
    {
        public int Id { get; } = id;

        public RequestStats SinceTick { get; } = new();

        public RequestStats Total { get; } = new();

        public void Clear()
        {
            SinceTick.Clear();
            Total.Clear();
        }
    }
}
