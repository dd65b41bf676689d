
namespace LeanLoad.Stats;

/// <summary>
/// What happened to the requests of one name: counts, bytes, times, failures by kind. One loop's, or several merged.
/// </summary>
/// <remarks>
/// Times are those of every request that was sent, failed ones too: a timeout counts with at least its deadline, so
/// that no percentile hides it. A request that was never sent (<see cref="FailureKind.Resolve"/>, <see
/// cref="FailureKind.Connect"/>, <see cref="FailureKind.NoPorts"/>, <see cref="FailureKind.NoDescriptors"/>, <see
/// cref="FailureKind.Tls"/>, <see cref="FailureKind.Request"/>) has no time, and one that the run's end cut off is
/// neither a request nor a failure, only <see cref="Cut"/>. Memory: 72 bytes and one
/// histogram; a second one only once a service time differs from its response time, a third once a first byte did not
/// come in the same turn of its loop as the last.
/// </remarks>
sealed class RequestStats
{
    LatencyHistogram? service;
    LatencyHistogram? firstByte;
    FailureCounts? failures;

    /// <summary>Requests that ended, well or not.</summary>
    public long Requests { get; private set; }

    /// <summary>Those of them without a usable response.</summary>
    public long Failures { get; private set; }

    /// <summary>Requests in flight when the run ended; not among <see cref="Requests"/>.</summary>
    public long Cut => FailuresOf(FailureKind.Cut);

    /// <summary>Bytes received, heads and framing included.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Due to completed. A request without due time is due when it is sent.</summary>
    public LatencyHistogram Response { get; } = new();

    /// <summary>
    /// Sent to completed. The same object as <see cref="Response"/> while no request was sent later than due.
    /// </summary>
    public LatencyHistogram Service => service ?? Response;

    /// <summary>
    /// Sent to the first byte of the response, of the requests that got one. The same object as <see cref="Service"/>
    /// while each response came whole in one turn of its loop.
    /// </summary>
    public LatencyHistogram FirstByte => firstByte ?? Service;

    /// <summary>True where nothing was recorded since the start or the last <see cref="Reset"/>.</summary>
    public bool IsEmpty => Requests == 0 && Cut == 0 && Failures == 0;

    /// <summary>How many failed in this way.</summary>
    public long FailuresOf(FailureKind kind) => failures?[kind] ?? 0;

    /// <summary>The first example of a kind of failure; null where there is none.</summary>
    public string? ExampleOf(FailureKind kind) => failures?.ExampleOf(kind);

    /// <summary>
    /// When the first and the last failure of a kind came, since the run started; zero where there is none.
    /// </summary>
    public (TimeSpan First, TimeSpan Last) SeenAt(FailureKind kind) => failures?.SeenAt(kind) ?? default;

    /// <summary>Tells when failures came that were counted without it.</summary>
    public void AddSpan(FailureKind kind, TimeSpan firstAt, TimeSpan lastAt) =>
        (failures ??= new()).Span(kind, firstAt, lastAt);

    /// <summary>Counts one request.</summary>
    /// <param name="responseUs">Due to completed.</param>
    /// <param name="serviceUs">Sent to completed.</param>
    /// <param name="bytes">Bytes received.</param>
    /// <param name="failure">Why it has no usable response.</param>
    /// <param name="at">When, since the run started; read only of failures.</param>
    public void Record(long responseUs, long serviceUs, long bytes, FailureKind failure, TimeSpan at = default) =>
        Record(responseUs, serviceUs, serviceUs, bytes, failure, at);

    /// <summary>Counts one request.</summary>
    /// <param name="responseUs">Due to completed.</param>
    /// <param name="serviceUs">Sent to completed.</param>
    /// <param name="firstByteUs">Sent to first byte; negative where none came.</param>
    /// <param name="bytes">Bytes received.</param>
    /// <param name="failure">Why it has no usable response.</param>
    /// <param name="at">When, since the run started; read only of failures.</param>
    public void Record(
        long responseUs, long serviceUs, long firstByteUs, long bytes, FailureKind failure, TimeSpan at = default)
    {
        BytesReceived += bytes;
        if (failure != FailureKind.None) AddFailures(failure, 1, at, at);
        if (failure == FailureKind.Cut) return;
        Requests++;
        if (!WasSent(failure)) return;
        if (service is null && responseUs != serviceUs) SplitService();
        if (firstByte is null && firstByteUs != serviceUs) SplitFirstByte();
        Response.Record(responseUs);
        service?.Record(serviceUs);
        if (firstByte is not null && firstByteUs >= 0) firstByte.Record(firstByteUs);
    }

    /// <summary>
    /// Counts as failed a request that was recorded as a good one: the load file rejected its response.
    /// </summary>
    public void Reject(TimeSpan at = default) => AddFailures(FailureKind.Rejected, 1, at, at);

    /// <summary>Keeps the text where it is the first of its kind.</summary>
    public void AddExample(FailureKind kind, string text) => (failures ??= new()).AddExample(kind, text);

    /// <summary>
    /// Takes the memory for all of another, and changes nothing else: after that, <see cref="Merge"/> cannot be refused
    /// any half-way.
    /// </summary>
    public void ReserveFor(RequestStats other)
    {
        if (service is null && other.service is not null) SplitService();
        if (firstByte is null && other.firstByte is not null) SplitFirstByte();
        if (failures is null && other.failures is not null) failures = new();
        Response.ReserveFor(other.Response);
        service?.ReserveFor(other.Service);
        firstByte?.ReserveFor(other.FirstByte);
    }

    /// <summary>Adds all of another.</summary>
    public void Merge(RequestStats other)
    {
        if (service is null && other.service is not null) SplitService();
        if (firstByte is null && other.firstByte is not null) SplitFirstByte();
        Response.Merge(other.Response);
        service?.Merge(other.Service);
        firstByte?.Merge(other.FirstByte);
        Requests += other.Requests;
        Failures += other.Failures;
        BytesReceived += other.BytesReceived;
        if (other.failures is not null) (failures ??= new()).Merge(other.failures);
    }

    /// <summary>Adds what another agent's or an earlier moment's record tells.</summary>
    public void Add(long requests, long bytes, LatencyHistogram response, LatencyHistogram? serviceIfOther,
        LatencyHistogram? firstByteIfOther = null)
    {
        if (service is null && serviceIfOther is not null) SplitService();
        if (firstByte is null && firstByteIfOther is not null) SplitFirstByte();
        Response.Merge(response);
        service?.Merge(serviceIfOther ?? response);
        firstByte?.Merge(firstByteIfOther ?? serviceIfOther ?? response);
        Requests += requests;
        BytesReceived += bytes;
    }

    /// <summary>Counts failures of one kind.</summary>
    public void AddFailures(FailureKind kind, long count, TimeSpan? firstAt = null, TimeSpan? lastAt = null)
    {
        (failures ??= new()).Add(kind, count, firstAt, lastAt);
        if (kind != FailureKind.Cut) Failures += count;
    }

    /// <summary>Empties it; memory and examples stay.</summary>
    public void Reset()
    {
        (Requests, Failures, BytesReceived) = (0, 0, 0);
        Response.Reset();
        service?.Reset();
        firstByte?.Reset();
        failures?.Reset();
    }

    /// <summary>Empties it, examples too: an epoch begins.</summary>
    public void Clear()
    {
        Reset();
        failures = null;
    }

    static bool WasSent(FailureKind failure) =>
        failure is not (FailureKind.Resolve or FailureKind.Connect or FailureKind.NoPorts or FailureKind.NoDescriptors
            or FailureKind.Tls or FailureKind.Request);

    void SplitService()
    {
        var split = new LatencyHistogram();
        split.Merge(Response);
        service = split;
    }

    void SplitFirstByte()
    {
        var split = new LatencyHistogram();
        split.Merge(Service);
        firstByte = split;
    }
}
