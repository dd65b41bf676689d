using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// A connection under TLS, by <see cref="SslStream"/> over the loop's socket. While it is idle it waits with an empty read, so that neither side of
/// the stream holds a buffer.
/// </summary>
#pragma warning disable CA1001 // Released with the connection, not disposed by an owner.
sealed class TlsConnection(HttpLoop http, HttpOrigin origin, HttpConnection? next, ConnectionPool? pool)
    : HttpConnection(http, origin, next, pool)
#pragma warning restore CA1001
{
    ChannelStream? wire;
    SslStream? tls;

    protected override void OnConnected()
    {
        Debug.Assert(SynchronizationContext.Current is null, "TLS begins in the engine's turn, so that all it awaits is resumed at once.");
        _ = RunAsync();
    }

    /// <remarks>Some records of it may have gone before the write failed.</remarks>
    protected override bool IsUnsent => false;

    protected override void SendRequest() => _ = WriteAsync(tls!);

    protected override void OnReadable() => wire?.OnReadable();

    protected override void OnWritable() => wire?.OnWritable();

    protected override void Disconnect()
    {
        var (oldTls, oldWire) = (tls, wire);
        (tls, wire) = (null, null);
        base.Disconnect();
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
            await ownTls.AuthenticateAsClientAsync(Origin.Tls!).ConfigureAwait(false);
            if (tls != ownTls) return;
            OnSecured();
            while (tls == ownTls)
            {
                _ = await ownTls.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                if (tls != ownTls) return;
                // The stream decrypts in a buffer of its own and copies in the step that ends this read, in which the bytes are used up too: so all
                // connections of a loop can read into one buffer, even where a record's end is awaited.
                var received = await ownTls.ReadAsync(Http.ReceiveBuffer).ConfigureAwait(false);
                Debug.Assert(Http.Loop.IsCurrent, "TLS is resumed on its loop");
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
        catch (ObjectDisposedException)
        {
            // Given up meanwhile.
        }
    }

    async Task WriteAsync(SslStream stream)
    {
        try
        {
            while (tls == stream && HasUnsent())
            {
                var data = Unsent;
                await stream.WriteAsync(data).ConfigureAwait(false);
                // Only now may the request's buffer be used for another.
                if (tls == stream) OnSent(data.Length);
            }
        }
        catch (IOException broken)
        {
            if (tls == stream) OnEnded(broken.Message);
        }
        catch (ObjectDisposedException)
        {
            // Given up meanwhile.
        }
    }
}
