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
/// <param name="FirstByte">Sent to first byte; null where they are the service times.</param>
readonly record struct RequestDelta(
    TimeSpan At, int Name, long Requests, long Failures, long BytesReceived, LatencyHistogram Response,
    LatencyHistogram? Service,
    LatencyHistogram? FirstByte = null) : IRecord
{
    const ulong HasResponse = 1;
    const ulong HasService = 2;
    const ulong HasFirstByte = 4;

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.RequestDelta;

    /// <summary>
    /// The record of what was counted since the last tick; it refers to the histograms, so write it before they are
    /// reset.
    /// </summary>
    public static RequestDelta Of(TimeSpan at, int name, RequestStats stats) =>
        new(at, name, stats.Requests, stats.Failures, stats.BytesReceived, stats.Response,
            ReferenceEquals(stats.Service, stats.Response) ? null : stats.Service,
            ReferenceEquals(stats.FirstByte, stats.Service) ? null : stats.FirstByte);

    /// <summary>Adds requests, bytes and times; the failures come with <see cref="FailureSeen"/>.</summary>
    public void AddTo(RequestStats stats) => stats.Add(Requests, BytesReceived, Response, Service, FirstByte);

    /// <summary>
    /// Three records that add up to this one, for when its histograms are too large together; the third is empty where
    /// first bytes are as service times.
    /// </summary>
    public (RequestDelta First, RequestDelta Second, RequestDelta Third) Split()
    {
        // Null stays null: in each part, too, first bytes are then where its service times are.
        var nothing = FirstByte is null ? null : new LatencyHistogram();
        var timesOnly = this with
        {
            Requests = 0,
            Failures = 0,
            BytesReceived = 0,
            Response = new(),
            Service = new(),
            FirstByte = nothing,
        };
        return (this with { Service = new(), FirstByte = nothing }, timesOnly with { Service = Service ?? Response },
            timesOnly with { FirstByte = FirstByte });
    }

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Time(At);
        writer.Count(Name);
        writer.Count(Requests);
        writer.Count(Failures);
        writer.Count(BytesReceived);
        writer.Unsigned((Response.Count > 0 ? HasResponse : 0) | (Service is not null ? HasService
            : 0) | (FirstByte is not null ? HasFirstByte : 0));
        if (Response.Count > 0) writer.Histogram(Response);
        if (Service is not null) writer.Histogram(Service);
        if (FirstByte is not null) writer.Histogram(FirstByte);
    }

    internal static RequestDelta Read(ref RecordReader reader)
    {
        var (at, name) = (reader.Time(), reader.SmallCount());
        var (requests, failures, bytes, bits) = (reader.Count(), reader.Count(), reader.Count(), reader.Unsigned());
        var response = (bits & HasResponse) != 0 ? reader.Histogram() : new();
        var service = (bits & HasService) != 0 ? reader.Histogram() : null;
        var firstByte = (bits & HasFirstByte) != 0 ? reader.Histogram() : null;
        return new(at, name, requests, failures, bytes, response, service, firstByte);
    }
}
