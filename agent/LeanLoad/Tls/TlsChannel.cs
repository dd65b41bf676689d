using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using LeanLoad.Loop;

namespace LeanLoad.Tls;

/// <summary>
/// A channel under TLS, over another that is connected. <see cref="Shake"/> agrees on keys; after that it sends and
/// receives as any channel does. Idle it holds no buffer: OpenSSL's state of the connection alone, 8 kB and the
/// certificates of its session.
/// </summary>
sealed unsafe class TlsChannel : Channel, IChannelOwner
{
    /// <summary>Encrypted at once: four records. What the socket does not take of it is kept until it does.</summary>
    const int MostPerWrite = 64 << 10;

    readonly Channel inner;
    readonly TlsWire wire;
    readonly TlsTarget target;
    readonly TlsSession? offered;
    nint ssl;
    byte[]? unsent;
    int unsentFrom;
    int unsentTo;
    bool isShaken;
    bool isClosed;
    string error = "";

    /// <param name="inner">Connected; this channel is its owner from now on and disposes of it.</param>
    /// <param name="wire">The loop's.</param>
    /// <param name="target">To whom.</param>
    /// <param name="own">What the user's own earlier connection left to resume; null where nothing.</param>
    /// <param name="owner">Who is told.</param>
    public TlsChannel(Channel inner, TlsWire wire, TlsTarget target, TlsSession? own, IChannelOwner owner)
        : base(owner)
    {
        (this.inner, this.wire, this.target) = (inner, wire, target);
        inner.Owner = this;
        wire.BeginHandshake();
        ssl = OpenSsl.SSL_new(target.Context.Handle);
        if (ssl == 0) throw new IOException($"OpenSSL refuses a connection: {OpenSsl.TakeReason()}");
        _ = OpenSsl.BIO_up_ref(wire.Incoming);
        _ = OpenSsl.BIO_up_ref(wire.Outgoing);
        OpenSsl.SSL_set_bio(ssl, wire.Incoming, wire.Outgoing);
        OpenSsl.SSL_set_connect_state(ssl);
        fixed (byte* name = target.Name)
        {
            OpenSsl.SSL_set_hostflags(ssl, OpenSsl.NeverCheckSubject | OpenSsl.NoPartialWildcards);
            if (target.IsAddress)
            {
                _ = OpenSsl.X509_VERIFY_PARAM_set1_ip_asc(OpenSsl.SSL_get0_param(ssl), name);
            }
            else
            {
                _ = OpenSsl.SSL_set1_host(ssl, name);
                _ = OpenSsl.SSL_ctrl(ssl, OpenSsl.CtrlServerName, 0, name);
            }
        }

        offered = target.Offer(ssl, own);
    }

    /// <summary>When it was made, by <see cref="Stopwatch.GetTimestamp"/>: the handshake's beginning.</summary>
    public long BeganAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether TLS itself failed: a certificate, an alert, a record that is none.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether the handshake resumed a session.</summary>
    public bool IsResumed => OpenSsl.SSL_session_reused(ssl) == 1;

    public override string Error => error;

    public override bool HasNoPort => false;

    /// <summary>
    /// Goes on with the handshake as far as it gets. <see cref="ChannelStatus.Blocked"/>: again when readable.
    /// </summary>
    public ChannelStatus Shake()
    {
        while (true)
        {
            var result = OpenSsl.SSL_do_handshake(ssl);
            // Also where it failed: the alert tells the server why.
            if (!SendOutput()) return ChannelStatus.Failed;
            if (result == 1) return EndShaking();
            if (OpenSsl.SSL_get_error(ssl, result) != OpenSsl.ErrorWantRead) return Refuse();
            var status = inner.Receive(wire.Input, out var count);
            if (status == ChannelStatus.Done) wire.Feed(count);
            else if (status == ChannelStatus.Blocked) return ChannelStatus.Blocked;
            else return Break(status == ChannelStatus.Closed ? "the server closed the connection" : inner.Error);
        }
    }

    /// <summary>What a later connection can resume; null where the server gave nothing.</summary>
    public TlsSession? TakeSession()
    {
        if (!isShaken || IsRefused) return null;
        var session = OpenSsl.SSL_get1_session(ssl);
        if (session == 0) return null;
        var left = new TlsSession(session);
        if (OpenSsl.SSL_SESSION_is_resumable(session) == 1) return left;
        left.Dispose();
        return null;
    }

    public override ChannelStatus Connect(IPEndPoint address) =>
        throw new NotSupportedException("TLS begins on a connected channel.");

    public override ChannelStatus FinishConnect() =>
        throw new NotSupportedException("TLS begins on a connected channel.");

    public override ChannelStatus Send(ReadOnlySpan<byte> data, out int sent)
    {
        sent = 0;
        if (unsent is not null) return ChannelStatus.Blocked;
        while (sent < data.Length)
        {
            nint written;
            var length = Math.Min(data.Length - sent, MostPerWrite);
            fixed (byte* first = data[sent..])
            {
                if (OpenSsl.SSL_write_ex(ssl, first, length, &written) != 1) return Refuse();
            }

            sent += (int)written;
            if (!SendOutput()) return ChannelStatus.Failed;
            if (unsent is not null) break;
        }

        return ChannelStatus.Done;
    }

    public override ChannelStatus Receive(Span<byte> buffer, out int received)
    {
        received = 0;
        MayHaveMore = false;
        while (true)
        {
            if (isClosed) return ChannelStatus.Closed;
            var status = inner.Receive(wire.Input, out var count);
            IsEnding = inner.IsEnding;
            if (status == ChannelStatus.Blocked) return ChannelStatus.Blocked;
            if (status != ChannelStatus.Done)
            {
                // Without the goodbye of TLS it can't be known whether all was said (RFC 9112 §9.8).
                return Break(status == ChannelStatus.Closed
                    ? "the connection ended without the end of TLS (close_notify)" : inner.Error);
            }

            wire.Feed(count);
            if (!Decrypt(buffer, ref received)) return ChannelStatus.Failed;
            if (received > 0)
            {
                MayHaveMore = isClosed || inner.MayHaveMore;
                return ChannelStatus.Done;
            }

            if (!isClosed && !inner.MayHaveMore) return ChannelStatus.Blocked;
        }
    }

    public void OnReady(bool isReadable, bool isWritable)
    {
        IsEnding = inner.IsEnding;
        if (isWritable && unsent is not null) SendUnsent();
        Owner.OnReady(isReadable, isWritable);
    }

    public override void Dispose()
    {
        if (ssl == 0) return;
        if (isShaken && !IsRefused && unsent is null)
        {
            // What does not fit is not worth waiting for.
            _ = OpenSsl.SSL_shutdown(ssl);
            _ = inner.Send(wire.Output, out _);
        }

        wire.Clear();
        OpenSsl.ERR_clear_error();
        OpenSsl.SSL_free(ssl);
        ssl = 0;
        if (!isShaken) wire.EndHandshake();
        ReturnUnsent();
        inner.Dispose();
    }

    ChannelStatus EndShaking()
    {
        isShaken = true;
        wire.EndHandshake();
        if (offered is not null && !IsResumed) target.GiveUp(offered);
        if (!wire.HasInput) return ChannelStatus.Done;
        // What came with the handshake's last bytes: tickets, but no data, for nothing was asked yet.
        byte first;
        nint read;
        if (OpenSsl.SSL_peek_ex(ssl, &first, 1, &read) != 1 && !wire.HasInput) return ChannelStatus.Done;
        wire.Clear();
        IsRefused = true;
        error = "the server sent data before it was asked";
        return ChannelStatus.Failed;
    }

    /// <summary>Decrypts all that was fed; false where it is no TLS.</summary>
    bool Decrypt(Span<byte> buffer, ref int received)
    {
        while (true)
        {
            Debug.Assert(received < buffer.Length, "what is received at once fits, decrypted, into the buffer");
            nint read;
            int result;
            fixed (byte* first = buffer[received..]) result =
                OpenSsl.SSL_read_ex(ssl, first, buffer.Length - received, &read);
            if (result == 1)
            {
                received += (int)read;
                continue;
            }

            var reason = OpenSsl.SSL_get_error(ssl, result);
            // An answer to what the peer asked of TLS itself, such as new keys.
            if (!SendOutput()) return false;
            if (reason == OpenSsl.ErrorZeroReturn)
            {
                isClosed = true;
                wire.Clear();
                return true;
            }

            if (reason != OpenSsl.ErrorWantRead)
            {
                Refuse();
                return false;
            }

            // Its mode of releasing buffers forgets those that a ticket made it set up, which would be held until
            // something is written: 17 kB a user.
            _ = OpenSsl.SSL_free_buffers(ssl);
            // TLS 1.3 sends its tickets after the handshake, most often with the first response.
            if (target.WantsSession && TakeSession() is { } session) _ = target.Keep(session);
            return true;
        }
    }

    /// <summary>
    /// Sends what OpenSSL has written; what the socket does not take is kept. False where the socket broke.
    /// </summary>
    bool SendOutput()
    {
        var output = wire.Output;
        if (output.IsEmpty) return true;
        var sent = 0;
        // Behind what is kept already, so that nothing overtakes.
        if (unsent is null && inner.Send(output, out sent) == ChannelStatus.Failed)
        {
            Break(inner.Error);
            return false;
        }

        if (sent < output.Length) KeepUnsent(output[sent..]);
        wire.ClearOutput();
        return true;
    }

    void KeepUnsent(ReadOnlySpan<byte> rest)
    {
        var needed = unsentTo - unsentFrom + rest.Length;
        var kept = ArrayPool<byte>.Shared.Rent(needed);
        var before = unsent.AsSpan(unsentFrom, unsentTo - unsentFrom);
        before.CopyTo(kept);
        rest.CopyTo(kept.AsSpan(before.Length));
        ReturnUnsent();
        (unsent, unsentFrom, unsentTo) = (kept, 0, needed);
    }

    void SendUnsent()
    {
        // A failure shows when the owner receives.
        _ = inner.Send(unsent.AsSpan(unsentFrom, unsentTo - unsentFrom), out var sent);
        unsentFrom += sent;
        if (unsentFrom == unsentTo) ReturnUnsent();
    }

    void ReturnUnsent()
    {
        if (unsent is not null) ArrayPool<byte>.Shared.Return(unsent);
        (unsent, unsentFrom, unsentTo) = (null, 0, 0);
    }

    /// <summary>The connection below is gone.</summary>
    ChannelStatus Break(string reason)
    {
        wire.Clear();
        error = reason;
        return ChannelStatus.Failed;
    }

    /// <summary>OpenSSL goes no further.</summary>
    ChannelStatus Refuse()
    {
        wire.Clear();
        IsRefused = true;
        var reason = OpenSsl.TakeReason() ?? "the connection broke";
        var verified = OpenSsl.SSL_get_verify_result(ssl);
        error = verified == OpenSsl.VerifyOk || target.Context.Settings.IsInsecure
            ? TlsRefusal.OfProtocol(reason)
            : TlsRefusal.OfCertificate(target, verified,
                Marshal.PtrToStringUTF8(OpenSsl.X509_verify_cert_error_string(verified))!);
        return ChannelStatus.Failed;
    }
}
