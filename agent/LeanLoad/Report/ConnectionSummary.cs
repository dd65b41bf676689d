using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>How a run's requests got their connections.</summary>
/// <param name="Opened">Connections made.</param>
/// <param name="Reuses">Requests over one that had carried another before.</param>
/// <param name="Resolve">From the wish to connect to the addresses; 0 where they were known.</param>
/// <param name="Connect">From the addresses to a connected socket.</param>
/// <param name="FullHandshake">TLS with key exchange and certificates; null where there was none, as with the
/// rest.</param>
/// <param name="ResumedHandshake">TLS that resumed a session.</param>
/// <param name="Wait">From the call to a shared connection, of the requests that waited for one.</param>
sealed record ConnectionSummary(
    long Opened, long Reuses, Times? Resolve, Times? Connect, Times? FullHandshake, Times? ResumedHandshake,
    Times? Wait)
{
    /// <summary>Computes the figures; null where nothing connected or waited.</summary>
    public static ConnectionSummary? Of(ConnectionStats stats) =>
        stats.Opened == 0 && stats[ConnectionStep.Wait].Count == 0
        ? null
        : new(stats.Opened, stats.Reuses, Times.Of(stats[ConnectionStep.Resolve]),
            Times.Of(stats[ConnectionStep.Connect]),
            Times.Of(stats[ConnectionStep.FullHandshake]), Times.Of(stats[ConnectionStep.ResumedHandshake]),
            Times.Of(stats[ConnectionStep.Wait]));

    /// <summary>What was measured, in the order in which a request comes by it: name to last byte.</summary>
    /// <param name="all">All requests together.</param>
    public IEnumerable<(string Step, Times Times)> Steps(RequestRow all)
    {
        (string Step, Times? Times)[] steps =
        [
            ("name resolution", Resolve),
            ("connect", Connect),
            ("TLS handshake, full", FullHandshake),
            ("TLS handshake, resumed", ResumedHandshake),
            ("wait for a shared one", Wait),
            ("sent to first byte", all.FirstByte),
            ("sent to last byte", all.Service),
        ];
        foreach (var (step, times) in steps)
        {
            if (times is { } known) yield return (step, known);
        }
    }
}
