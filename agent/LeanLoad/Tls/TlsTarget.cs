using System.Net;
using System.Text;

namespace LeanLoad.Tls;

/// <summary>One host as TLS sees it: the name that is sent (SNI) and that its certificate must carry.</summary>
/// <param name="context">What all share.</param>
/// <param name="host">A name, or an address in words: that is looked for among the certificate's addresses and not sent
/// (RFC 6066 §3).</param>
sealed class TlsTarget(TlsContext context, string host)
{
    readonly byte[] name = Encoding.ASCII.GetBytes(host + '\0');
    readonly Lock gate = new();
    TlsSession? shared;

    public TlsContext Context => context;

    public string Host => host;

    /// <summary>The name, ended by a NUL.</summary>
    public ReadOnlySpan<byte> Name => name;

    public bool IsAddress { get; } = IPAddress.TryParse(host, out _);

    /// <summary>
    /// Whether all users wait for one to leave a session; asked after each receive, so without the lock.
    /// </summary>
    public bool WantsSession =>
        context.Settings.Resumption == TlsResumption.Shared && Volatile.Read(ref shared) is null;

    /// <summary>The session that a new connection resumes; null for a full handshake.</summary>
    /// <param name="own">What the user's own earlier connection left.</param>
    public TlsSession? SessionFor(TlsSession? own)
    {
        if (context.Settings.Resumption != TlsResumption.Shared) return own;
        lock (gate) return shared;
    }

    /// <summary>Takes what a connection leaves to resume.</summary>
    /// <returns>What the user keeps for itself.</returns>
    public TlsSession? Keep(TlsSession left)
    {
        if (context.Settings.Resumption == TlsResumption.Own) return left;
        if (context.Settings.Resumption == TlsResumption.Shared)
        {
            lock (gate)
            {
                // The first is as good as a later one, and others may be using it.
                if (shared is null)
                {
                    shared = left;
                    return null;
                }
            }
        }

        left.Dispose();
        return null;
    }
}
