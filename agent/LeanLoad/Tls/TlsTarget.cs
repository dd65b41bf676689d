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

    /// <summary>Lets a new connection resume a session, where there is one.</summary>
    /// <param name="ssl">The connection, before its handshake; it holds a reference of its own.</param>
    /// <param name="own">What the user's own earlier connection left.</param>
    /// <returns>What is offered of all users' session; null where none.</returns>
    public TlsSession? Offer(nint ssl, TlsSession? own)
    {
        if (context.Settings.Resumption != TlsResumption.Shared)
        {
            if (own is not null) _ = OpenSsl.SSL_set_session(ssl, own.Handle);
            return null;
        }

        // Within the lock, since another connection may be giving it up.
        lock (gate)
        {
            if (shared is not null) _ = OpenSsl.SSL_set_session(ssl, shared.Handle);
            return shared;
        }
    }

    /// <summary>
    /// The shared session was offered and a full handshake followed: its ticket has expired, or the server has other
    /// keys. The next that is left takes its place.
    /// </summary>
    public void GiveUp(TlsSession offered)
    {
        lock (gate)
        {
            if (shared != offered) return;
            shared = null;
            offered.Dispose();
        }
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
                // The first is as good as a later one.
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
