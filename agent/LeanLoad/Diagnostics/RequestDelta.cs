using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// What one loop's requests of one name added since that loop's last tick. Adding up all of them gives the run: see
/// <see cref="AddTo"/>.
/// </summary>
/// <param name="At">Since the run started.</param>
/// <param name="Name">The name's id.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Failures">Those of them that failed; by kind they follow as <see cref="FailureSeen"/>.</param>
/// <param name="BytesReceived">Bytes received.</param>
/// <param name="Response">Response times: due to completed.</param>
/// <param name="Service">Service times, sent to completed; null where they are the response times.</param>
readonly record struct RequestDelta(
    TimeSpan At, int Name, long Requests, long Failures, long BytesReceived, LatencyHistogram Response, LatencyHistogram? Service) : IRecord
{
    const ulong HasResponse = 1;
    const ulong HasService = 2;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.RequestDelta;

    /// <summary>
    /// The record of what was counted since the last tick; it refers to the histograms, so write it before they are
    /// reset.
    /// </summary>
    public static RequestDelta Of(TimeSpan at, int name, RequestStats stats) =>
        new(at, name, stats.Requests, stats.Failures, stats.BytesReceived, stats.Response,
            ReferenceEquals(stats.Service, stats.Response) ? null : stats.Service);

    /// <summary>Adds requests, bytes and times; the failures come with <see cref="FailureSeen"/>.</summary>
    public void AddTo(RequestStats stats) => stats.Add(Requests, BytesReceived, Response, Service);

    /// <summary>Two records that add up to this one, for when its histograms are too large together.</summary>
    public (RequestDelta First, RequestDelta Second) Split() =>
        (this with { Service = new() },
         this with { Requests = 0, Failures = 0, BytesReceived = 0, Response = new(), Service = Service ?? Response });

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Name);
        writer.Count(Requests);
        writer.Count(Failures);
        writer.Count(BytesReceived);
        writer.Unsigned((Response.Count > 0 ? HasResponse : 0) | (Service is not null ? HasService : 0));
        if (Response.Count > 0) writer.Histogram(Response);
        if (Service is not null) writer.Histogram(Service);
    }

    internal static RequestDelta Read(ref RecordReader reader)
    {
        var (at, name) = (reader.Time(), reader.SmallCount());
        var (requests, failures, bytes, bits) = (reader.Count(), reader.Count(), reader.Count(), reader.Unsigned());
        var response = (bits & HasResponse) != 0 ? reader.Histogram() : new();
        var service = (bits & HasService) != 0 ? reader.Histogram() : null;
        return new(at, name, requests, failures, bytes, response, service);
    }
}
