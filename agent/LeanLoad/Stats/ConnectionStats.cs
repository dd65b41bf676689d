using System.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>What is done before a request can be sent.</summary>
enum ConnectionStep : byte
{
    /// <summary>From the wish to connect to the addresses; 0 where they were known.</summary>
    Resolve,

    /// <summary>From the addresses to a connected socket.</summary>
    Connect,

    /// <summary>A TLS handshake with key exchange and certificates.</summary>
    FullHandshake,

    /// <summary>
    /// A TLS handshake that resumed a session (RFC 8446 §2.2, RFC 5077): no certificate is sent or verified.
    /// </summary>
    ResumedHandshake,

    /// <summary>From the call to a shared connection, of the requests that waited for one.</summary>
    Wait,
}

/// <summary>
/// What connecting took: of one loop, or of several merged. Bounded by a histogram for each step that was ever taken; a
/// request over a connection that is there already costs one addition.
/// </summary>
sealed class ConnectionStats
{
    /// <summary>Steps there are.</summary>
    public const int Steps = 5;

    readonly LatencyHistogram?[] times = new LatencyHistogram?[Steps];

    /// <summary>Requests that were sent over a connection which had carried another before.</summary>
    public long Reuses { get; set; }

    /// <summary>Connections made.</summary>
    public long Opened => CountOf(ConnectionStep.Connect);

    /// <summary>How often a step was taken; allocates nothing.</summary>
    public long CountOf(ConnectionStep step) => times[(int)step]?.Count ?? 0;

    /// <summary>How long a step took.</summary>
    public LatencyHistogram this[ConnectionStep step] => times[(int)step] ??= new();

    /// <summary>Counts a step.</summary>
    /// <param name="step">Which.</param>
    /// <param name="ticks">How long it took, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(ConnectionStep step, long ticks) =>
        this[step].Record((long)(ticks * (1e6 / Stopwatch.Frequency)));

    /// <summary>Takes the memory for all of another, and changes nothing else.</summary>
    public void ReserveFor(ConnectionStats other)
    {
        for (var step = 0; step < Steps; step++)
        {
            if (other.times[step] is { Count: > 0 } known) this[(ConnectionStep)step].ReserveFor(known);
        }
    }

    /// <summary>Adds all of another.</summary>
    public void Merge(ConnectionStats other)
    {
        Reuses += other.Reuses;
        for (var step = 0; step < Steps; step++)
        {
            if (other.times[step] is { Count: > 0 } known) this[(ConnectionStep)step].Merge(known);
        }
    }

    /// <summary>Empties it; memory stays.</summary>
    public void Reset()
    {
        Reuses = 0;
        foreach (var histogram in times) histogram?.Reset();
    }
}
