using System.Buffers;
using System.Diagnostics;
using LeanLoad.Loop;
using LeanLoad.Stats;
using LeanLoad.Tls;

namespace LeanLoad.Http;

/// <summary>
/// One connection to one origin, with at most one request in flight, of one user: always the same, or where users share
/// it, whose request is in flight. It connects when the first request comes, is used again while the server allows it,
/// and is never used again once anything is odd about it. Between requests it holds no buffer. Under TLS its channel is
/// one that encrypts.
/// </summary>
sealed class HttpConnection(HttpLoop http, HttpOrigin origin, HttpConnection? next, ConnectionPool? pool)
    : IChannelOwner, IDisposable
{
    /// <summary>Interim responses (1xx) before the final one, at most.</summary>
    const int MaxInterim = 16;

    Channel? channel;
    Connector? connector;
    HttpSession? session;
    TlsSession? resumable;
    State state;
    bool isHeadRequest;
    bool isSafe;
    bool isReused;
    bool isRepeated;
    byte interim;
    byte[]? request;
    int headBytes;
    int requestBytes;
    int sentBytes;
    byte[]? heldHead;
    int heldCount;
    ResponseHead head;
    BodyReader body;

    enum State : byte
    {
        Closed,
        Reaching,
        Securing,
        Idle,
        AwaitingHead,
        ReadingBody,
    }

    public HttpOrigin Origin => origin;

    /// <summary>The same user's connection to another origin.</summary>
    public HttpConnection? Next => next;

    /// <summary>Whether it is open and carries nothing.</summary>
    public bool IsIdle => state == State.Idle;

    /// <summary>
    /// Sends a request, connecting first where need be. A failure may reach the session from within this call.
    /// </summary>
    /// <param name="session">Whose it is.</param>
    /// <param name="request">A buffer of <see cref="HttpLoop.Buffers"/>, which goes back there.</param>
    /// <param name="bytes">How much of it is the request.</param>
    /// <param name="isHead">Whether it is HEAD.</param>
    /// <param name="isSafe">Whether it may be sent twice (RFC 9110 §9.2.2).</param>
    public void Send(HttpSession session, byte[] request, int bytes, bool isHead, bool isSafe)
    {
        (this.session, this.request, headBytes, requestBytes) = (session, request, bytes, bytes);
        (isHeadRequest, this.isSafe, isRepeated) = (isHead, isSafe, false);
        session.OnAssigned(this);
        isReused = state == State.Idle;
        if (isReused) BeginSending();
        else Reach();
    }

    /// <summary>Ends whatever is in flight and closes.</summary>
    public void Close(FailureKind failure, string reason)
    {
        var wasBusy = state is not (State.Closed or State.Idle);
        Release();
        if (wasBusy) HandOver()?.OnFailed(failure, reason);
    }

    /// <summary>What of it has not happened when a deadline passes, and after how long.</summary>
    public string DeadlineReason(DeadlineKind kind)
    {
        var settings = http.Engine.Settings;
        var after = kind switch
        {
            DeadlineKind.Connect => settings.ConnectTimeout!.Value,
            DeadlineKind.FirstByte => settings.FirstByteTimeout!.Value,
            _ => settings.Timeout,
        };
        return state switch
        {
            State.Reaching when connector?.IsResolving == true => $"{origin}: the name was not resolved",
            State.Reaching => $"{origin}: no connection was made",
            State.Securing => $"{origin}: TLS was not agreed on",
            State.AwaitingHead => $"{origin}: no response came",
            _ => $"{origin}: the response was not whole",
        } + $" within {after.TotalSeconds:0.###} s";
    }

    /// <summary>The socket is connected.</summary>
    public void OnReached(Channel reached)
    {
        (channel, connector) = (reached, null);
        if (origin.Tls is not { } target)
        {
            BeginSending();
            return;
        }

        state = State.Securing;
        channel = new TlsChannel(reached, http.Wire, target, target.SessionFor(resumable), this);
        Secure();
    }

    /// <summary>No socket could be connected.</summary>
    public void OnUnreached(FailureKind failure, string reason)
    {
        connector = null;
        Close(failure, reason);
    }

    public void OnReady(bool isReadable, bool isWritable)
    {
        var told = channel;
        if (state == State.Securing)
        {
            Secure();
            return;
        }

        if (isWritable) SendRequest();
        // Meanwhile the user may have failed, gone on, and begun to connect anew.
        if (isReadable && told is not null && channel == told) OnReadable();
    }

    /// <summary>Closes for good: what a later connection could have resumed is given back, too.</summary>
    public void Dispose()
    {
        Release();
        resumable?.Dispose();
        resumable = null;
    }

    /// <summary>Goes on with the handshake; once it is done, the request that waits is sent.</summary>
    void Secure()
    {
        var tls = (TlsChannel)channel!;
        var status = tls.Shake();
        if (status == ChannelStatus.Failed)
        {
            Close(FailureKind.Tls, $"{origin}: {tls.Error}{(tls.IsRefused ? "" : " before TLS was agreed on")}");
        }
        if (status != ChannelStatus.Done) return;
        http.Connecting.SinceTick.Record(
            tls.IsResumed ? ConnectionStep.ResumedHandshake : ConnectionStep.FullHandshake,
            Stopwatch.GetTimestamp() - tls.BeganAt);
        BeginSending();
    }

    /// <summary>Puts on the wire what of the request is unsent; what does not fit goes when there is room.</summary>
    void SendRequest()
    {
        while (HasUnsent())
        {
            var status = channel!.Send(request.AsSpan(sentBytes, requestBytes - sentBytes), out var sent);
            if (status == ChannelStatus.Failed)
            {
                OnEnded(channel.Error);
                return;
            }

            sentBytes += sent;
            if (sentBytes < requestBytes) return;
        }
    }

    /// <summary>
    /// Whether there is more to send. Of a body that is streamed the next piece is read, into the buffer behind the
    /// head.
    /// </summary>
    bool HasUnsent()
    {
        if (request is null) return false;
        if (sentBytes < requestBytes) return true;
        if (session!.Source is not { } source) return false;
        try
        {
            var count = source.Next(request.AsSpan(headBytes));
            (sentBytes, requestBytes) = (headBytes, headBytes + count);
            return count > 0;
        }
        catch (IOException unreadable)
        {
            Close(FailureKind.Request, $"the body can't be read: {unreadable.Message}");
            return false;
        }
    }

    void OnReadable()
    {
        // Edge-triggered: as long as the channel may have more, nobody would tell us again.
        var told = channel;
        while (channel is not null && channel == told)
        {
            http.ReceiveTurn++;
            var status = channel.Receive(http.ReceiveBuffer, out var received);
            if (status == ChannelStatus.Blocked) return;
            if (status == ChannelStatus.Done) OnReceived(http.ReceiveBuffer.AsSpan(0, received));
            else OnEnded(status == ChannelStatus.Closed ? null : channel.Error);
            if (status != ChannelStatus.Done || !told!.MayHaveMore) return;
        }
    }

    /// <summary>
    /// Bytes of the response, in the loop's receive buffer. They may be any part of it, and more than it.
    /// </summary>
    void OnReceived(Span<byte> input)
    {
        if (state is not (State.AwaitingHead or State.ReadingBody))
        {
            // Bytes nobody asked for: whose they are can't be known, so the connection is never used again (RFC 9112
            // §9.2).
            Release();
            return;
        }

        session!.OnResponding();
        if (state == State.AwaitingHead && !TryReadHead(ref input)) return;
        // The head may speak of the request, so it is kept until then.
        if (sentBytes == requestBytes && session!.Source is null or { IsDone: true }) ReturnRequest();
        if (state == State.ReadingBody) ReadBody(input);
    }

    /// <summary>The peer has ended the connection.</summary>
    /// <param name="error">The system's words; null where it ended in order.</param>
    void OnEnded(string? error)
    {
        if (state == State.ReadingBody && body.EndsWithConnection && error is null)
        {
            Release();
            Complete();
            return;
        }

        if (MayRepeat()) Repeat();
        else Close(channel is TlsChannel { IsRefused: true } ? FailureKind.Tls : FailureKind.Closed,
            EndedReason(error));
    }

    /// <summary>Gives up the socket, and what lies above it.</summary>
    void Disconnect()
    {
        if (channel is null) return;
        if (channel is TlsChannel tls && tls.TakeSession() is { } left)
        {
            resumable?.Dispose();
            resumable = origin.Tls!.Keep(left);
        }

        http.Connections--;
        channel.Dispose();
        channel = null;
    }

    void Release()
    {
        state = State.Closed;
        connector?.Abandon();
        connector = null;
        Disconnect();
        ReturnRequest();
        ReturnHeldHead();
    }

    /// <summary>The request has its whole response.</summary>
    void Complete()
    {
        var status = head.Status;
        HandOver()!.OnCompleted(status);
    }

    /// <summary>
    /// The request is over: a shared connection goes to whoever waits for it before this user goes on.
    /// </summary>
    HttpSession? HandOver()
    {
        var served = session;
        if (pool is null) return served;
        session = null;
        pool.Return(this);
        return served;
    }

    void BeginSending()
    {
        state = State.AwaitingHead;
        (interim, sentBytes) = (0, 0);
        session!.OnSent(isReused, isRepeated);
        SendRequest();
    }

    /// <summary>
    /// Whether the server closed an idle connection just when it was used again, so that a fresh one may have the
    /// request: nothing of a response has come, and the request may be sent twice or never left (RFC 9112 §9.3.1).
    /// </summary>
    bool MayRepeat() =>
        state == State.AwaitingHead && isReused && !isRepeated && request is not null && heldHead is null
            && interim == 0
        && (isSafe || sentBytes == 0) && session!.Source is null or { HasBegun: false };

    void Repeat()
    {
        isRepeated = true;
        http.Repeats++;
        Disconnect();
        isReused = false;
        Reach();
    }

    bool TryReadHead(ref Span<byte> input)
    {
        // A line that has not ended can't be the head's last; looking at each byte of a drip only then keeps the work
        // in proportion.
        if (heldHead is not null && !input.Contains((byte)'\n') && heldCount + input.Length < ResponseHead.MaxBytes)
        {
            Hold(input);
            return false;
        }

        while (true)
        {
            var bytes = heldHead is null ? input : Hold(input);
            var status = ResponseHead.Parse(bytes, isHeadRequest, out head, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                if (heldHead is null) Hold(input);
                return false;
            }

            if (status != OperationStatus.Done)
            {
                if (status == OperationStatus.InvalidData)
                {
                    Close(FailureKind.Malformed, $"{origin} sent no HTTP/1.x response: \"{Printable(bytes)}\"");
                }
                else Close(head.Limit, $"{origin}: the response's head exceeds its limit, 64 KiB and 256 headers");
                return false;
            }

            // What the held part lacked came from this input; the rest of it is body.
            input = input[^(bytes.Length - consumed)..];
            if (head.Status is < 200 and not 101)
            {
                ReturnHeldHead();
                if (++interim <= MaxInterim)
                {
                    if (input.IsEmpty) return false;
                    continue;
                }

                Close(FailureKind.TooManyInterim, $"{origin} sent more than {MaxInterim} interim responses");
                return false;
            }

            if (head.IsFolded) ResponseFields.Unfold(bytes[..consumed]);
            session!.OnHead(head, bytes[..consumed], request.AsSpan(0, headBytes), origin);
            ReturnHeldHead();
            body = new BodyReader(head);
            state = State.ReadingBody;
            return true;
        }
    }

    void ReadBody(ReadOnlySpan<byte> input)
    {
        while (true)
        {
            var status = body.Read(ref input, out var data);
            if (!data.IsEmpty && !session!.OnBody(data))
            {
                Close(FailureKind.TooLarge,
                    $"{origin}: the body to be kept exceeds {HttpSession.MaxKeptBytes >> 20} MiB");
                return;
            }

            switch (status)
            {
                case OperationStatus.Done:
                    // Bytes after a whole response belong to no request: it counts, but the connection ends. So does
                    // one whose request is not sent, and one that the server has ended.
                    if (MayIdle(input.IsEmpty)) state = State.Idle;
                    else Release();
                    Complete();
                    return;
                case OperationStatus.InvalidData:
                    Close(FailureKind.Malformed, $"{origin} broke the chunked coding");
                    return;
                case OperationStatus.DestinationTooSmall:
                    Close(body.Limit, $"{origin}: a chunk size, its extensions or the trailers exceed their limit");
                    return;
                case OperationStatus.NeedMoreData when input.IsEmpty:
                    session!.KeepHead();
                    return;
            }
        }
    }

    bool MayIdle(bool nothingFollows) =>
        nothingFollows && head.KeepsAlive && head.Status != 101 && request is null && !channel!.IsEnding
        && !http.Engine.Settings.Connections.IsPerRequest && !session!.EndsConnection;

    /// <summary>Keeps a head that has not arrived whole; parsed again from its start when more comes.</summary>
    Span<byte> Hold(ReadOnlySpan<byte> input)
    {
        var needed = heldCount + input.Length;
        if (heldHead is null || heldHead.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 1024));
            heldHead?.AsSpan(0, heldCount).CopyTo(larger);
            if (heldHead is not null) ArrayPool<byte>.Shared.Return(heldHead);
            heldHead = larger;
        }

        input.CopyTo(heldHead.AsSpan(heldCount));
        heldCount = needed;
        return heldHead.AsSpan(0, heldCount);
    }

    void ReturnHeldHead()
    {
        if (heldHead is not null) ArrayPool<byte>.Shared.Return(heldHead);
        heldHead = null;
        heldCount = 0;
    }

    void Reach()
    {
        state = State.Reaching;
        session!.OnReaching();
        connector = new Connector(http, origin, this);
        connector.Begin();
    }

    void ReturnRequest()
    {
        if (request is null) return;
        http.Buffers.Return(request);
        request = null;
        (headBytes, requestBytes, sentBytes) = (0, 0, 0);
    }

    string EndedReason(string? error) => $"{origin}: {error ?? "the server closed the connection"} " + state switch
    {
        State.AwaitingHead when heldHead is null && interim == 0 => "before a response came",
        _ => "before the response was whole",
    };

    static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Math.Min(bytes.Length, 40)];
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = bytes[index] is >= 32 and < 127 ? (char)bytes[index] : '.';
        }

        return text.ToString();
    }
}
