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

    /// <summary>Shakes hands, then reads for as long as the connection lives. Everything here runs on the loop.</summary>
    async Task RunAsync()
    {
        var ownWire = wire = new ChannelStream(Channel!);
        var ownTls = tls = new SslStream(ownWire, leaveInnerStreamOpen: true);
        try
        {
            await ownTls.AuthenticateAsClientAsync(Http.Engine.TlsFor(Origin));
            if (tls != ownTls) return;
            OnSecured();
            while (tls == ownTls)
            {
                _ = await ownTls.ReadAsync(Memory<byte>.Empty);
                if (tls != ownTls) return;
                Http.ReceiveTurn++;
                var reading = ownTls.ReadAsync(Http.ReceiveBuffer);
                // The shared buffer may be lent for this step alone: what does not complete at once goes to one of its own.
                var received = reading.IsCompletedSuccessfully ? reading.Result : await reading;
                if (tls != ownTls) return;
                if (received == 0) OnEnded(null);
                else OnReceived(Http.ReceiveBuffer.AsSpan(0, received));
            }
        }
        catch (AuthenticationException refused)
        {
            if (tls == ownTls) Close(FailureKind.Tls, $"{Origin}: {refused.InnerException?.Message ?? refused.Message}");
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
            await stream.WriteAsync(data);
        }
        catch (IOException broken)
        {
            if (tls == stream) OnEnded(broken.Message);
        }
    }
}
