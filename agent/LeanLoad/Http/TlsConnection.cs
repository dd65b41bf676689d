using System.Net.Security;
using System.Security.Authentication;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// A connection under TLS, by <see cref="SslStream"/> over the loop's socket. While it is idle it waits with an empty read, so that neither side of
/// the stream holds a buffer.
/// </summary>
#pragma warning disable CA1001 // Released with the connection, not disposed by an owner.
sealed class TlsConnection(HttpLoop http, HttpOrigin origin, HttpSession session, HttpConnection? next)
    : HttpConnection(http, origin, session, next)
#pragma warning restore CA1001
{
    ChannelStream? wire;
    SslStream? tls;

    protected override void OnConnected() => _ = RunAsync();

    protected override void Write(ReadOnlySpan<byte> data)
    {
        // The stream wants memory that stays; a request is small, and its copy dies when it is encrypted.
        _ = WriteAsync(tls!, data.ToArray());
    }

    protected override void OnReadable() => wire?.OnReadable();

    protected override void OnWritable()
    {
        if (wire is not null) wire.OnWritable();
        else base.OnWritable();
    }

    protected override void Release()
    {
        var (oldTls, oldWire) = (tls, wire);
        (tls, wire) = (null, null);
        base.Release();
        oldWire?.Abandon();
        oldTls?.Dispose();
    }

    /// <summary>
    /// Shakes hands, then reads for as long as the connection lives. Everything here runs on the loop, in the very step in which the socket became
    /// readable: a continuation that was posted would find the shared buffer filled by somebody else.
    /// </summary>
    async Task RunAsync()
    {
        var ownWire = wire = new ChannelStream(Channel!);
        var ownTls = tls = new SslStream(ownWire, leaveInnerStreamOpen: true);
        try
        {
            await ownTls.AuthenticateAsClientAsync(Http.Engine.TlsFor(Origin)).ConfigureAwait(false);
            if (tls != ownTls) return;
            OnSecured();
            while (tls == ownTls)
            {
                _ = await ownTls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                if (tls != ownTls) return;
                // Where a record has not arrived whole this waits, but the buffer is written to only when it has.
                var received = await ownTls.ReadAsync(Http.ReceiveBuffer).ConfigureAwait(false);
                if (tls != ownTls) return;
                Http.ReceiveTurn++;
                if (received == 0) OnEnded(null);
                else OnReceived(Http.ReceiveBuffer.AsSpan(0, received));
            }
        }
        catch (AuthenticationException refused)
        {
            // Without an inner exception it is the certificate that was refused, not the protocol that failed.
            var reason = refused.InnerException?.Message ?? $"{refused.Message} If its authority is yours, name it with --ca.";
            if (tls == ownTls) Close(FailureKind.Tls, $"{Origin}: {reason}");
        }
        catch (IOException broken)
        {
            if (tls == ownTls) OnEnded(broken.Message);
        }
    }

    async Task WriteAsync(SslStream stream, byte[] data)
    {
        try
        {
            await stream.WriteAsync(data).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            if (tls == stream) OnEnded(broken.Message);
        }
    }
}
