using System.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// What connecting took: of one loop, or of several merged. Bounded by its five histograms, 14 kB each at the very most; a request over a connection
/// that is there already costs one addition.
/// </summary>
sealed class ConnectionStats
{
    /// <summary>Requests that were sent over a connection which had carried another before.</summary>
    public long Reuses { get; set; }

    /// <summary>From the wish to connect to the addresses; 0 where they were known.</summary>
    public LatencyHistogram Resolve { get; } = new();

    /// <summary>From the addresses to a connected socket. Its count is that of the connections made.</summary>
    public LatencyHistogram Connect { get; } = new();

    /// <summary>TLS handshakes with a key exchange and certificates.</summary>
    public LatencyHistogram FullHandshake { get; } = new();

    /// <summary>TLS handshakes that resumed a session (RFC 8446 §2.2, RFC 5077): no certificate is sent or verified.</summary>
    public LatencyHistogram ResumedHandshake { get; } = new();

    /// <summary>Requests that waited for a shared connection, from the call to having one.</summary>
    public LatencyHistogram Wait { get; } = new();

    /// <summary>True where nothing was recorded.</summary>
    public bool IsEmpty => Reuses == 0 && Connect.Count == 0 && Resolve.Count == 0 && Wait.Count == 0;

    /// <summary>A socket is connected.</summary>
    /// <param name="resolveTicks">What the addresses took, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="connectTicks">What connecting took.</param>
    public void OnConnected(long resolveTicks, long connectTicks)
    {
        Resolve.Record(Microseconds(resolveTicks));
        Connect.Record(Microseconds(connectTicks));
    }

    /// <summary>TLS is agreed on.</summary>
    public void OnSecured(long ticks, bool isResumed) => (isResumed ? ResumedHandshake : FullHandshake).Record(Microseconds(ticks));

    /// <summary>A request has got the shared connection that it waited for.</summary>
    public void OnWaited(long ticks) => Wait.Record(Microseconds(ticks));

    /// <summary>Adds all of another.</summary>
    public void Merge(ConnectionStats other)
    {
        Reuses += other.Reuses;
        Resolve.Merge(other.Resolve);
        Connect.Merge(other.Connect);
        FullHandshake.Merge(other.FullHandshake);
        ResumedHandshake.Merge(other.ResumedHandshake);
        Wait.Merge(other.Wait);
    }

    static long Microseconds(long ticks) => (long)(ticks * (1e6 / Stopwatch.Frequency));
}
