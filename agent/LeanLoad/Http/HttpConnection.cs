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
    Channel? channel;
    Connector? connector;
    HttpSession? session;
    TlsSession? resumable;
    ResponseReading? reading;
    OutgoingRequest request;
    int requestBytes;
    int sentBytes;
    State state;
    bool isReused;
    bool isRepeated;

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
    /// <param name="request">It; the connection gives it back.</param>
    public void Send(HttpSession session, in OutgoingRequest request)
    {
        (this.session, this.request, requestBytes, isRepeated) = (session, request, request.Bytes, false);
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
        channel = new TlsChannel(reached, http.Wire, target, resumable, this);
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
            var status = channel!.Send(request.Buffer.AsSpan(sentBytes, requestBytes - sentBytes), out var sent);
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
        if (sentBytes < requestBytes) return true;
        if (request.Buffer is null) return false;
        if (session!.Source is not { } source) return false;
        try
        {
            var count = source.Next(request.Buffer.AsSpan(request.Bytes));
            (sentBytes, requestBytes) = (request.Bytes, request.Bytes + count);
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
            http.Received.BeginTurn();
            var status = channel.Receive(http.Received.Bytes, out var received);
            if (status == ChannelStatus.Blocked) return;
            if (status == ChannelStatus.Done) OnReceived(http.Received.Bytes.AsSpan(0, received));
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
        reading ??= http.TakeReading();
        if (state == State.AwaitingHead && !TryReadHead(reading, ref input)) return;
        // The head may speak of the request, so it is kept until then.
        if (sentBytes == requestBytes && session!.Source is null or { IsDone: true }) ReturnRequest();
        if (state == State.ReadingBody) ReadBody(reading, input);
    }

    /// <summary>The peer has ended the connection.</summary>
    /// <param name="error">The system's words; null where it ended in order.</param>
    void OnEnded(string? error)
    {
        if (state == State.ReadingBody && reading!.EndsWithConnection && error is null)
        {
            var status = reading.Head.Status;
            Release();
            Complete(status);
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
        ReturnReading();
    }

    /// <summary>The request has its whole response.</summary>
    void Complete(int status) => HandOver()!.OnCompleted(status);

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
        sentBytes = 0;
        session!.OnSent(isReused, isRepeated);
        SendRequest();
    }

    /// <summary>
    /// Whether the server closed an idle connection just when it was used again, so that a fresh one may have the
    /// request: nothing of a response has come, and the request may be sent twice or never left (RFC 9112 §9.3.1).
    /// </summary>
    bool MayRepeat() =>
        state == State.AwaitingHead && isReused && !isRepeated && request.Buffer is not null && reading is null
        && (request.IsSafe || sentBytes == 0) && session!.Source is null or { HasBegun: false };

    void Repeat()
    {
        isRepeated = true;
        http.Repeats++;
        Disconnect();
        isReused = false;
        Reach();
    }

    bool TryReadHead(ResponseReading reading, ref Span<byte> input)
    {
        if (!reading.TryReadHead(http.Heads, origin, request.IsHead, ref input, out var bytes, out var problem))
        {
            if (problem.Kind != FailureKind.None) Close(problem.Kind, problem.Reason);
            return false;
        }

        session!.OnHead(reading.Head, bytes, request.Buffer.AsSpan(0, request.Bytes), origin);
        reading.BeginBody();
        state = State.ReadingBody;
        return true;
    }

    void ReadBody(ResponseReading reading, ReadOnlySpan<byte> input)
    {
        while (true)
        {
            var status = reading.ReadBody(ref input, out var data);
            if (!data.IsEmpty && !session!.OnBody(data))
            {
                Close(FailureKind.TooLarge,
                    $"{origin}: the body to be kept exceeds {LastResponse.MaxKeptBytes >> 20} MiB");
                return;
            }

            switch (status)
            {
                case OperationStatus.Done:
                    // Bytes after a whole response belong to no request: it counts, but the connection ends. So does
                    // one whose request is not sent, and one that the server has ended.
                    var code = reading.Head.Status;
                    if (MayIdle(reading.Head, input.IsEmpty)) Rest();
                    else Release();
                    Complete(code);
                    return;
                case OperationStatus.InvalidData:
                    Close(FailureKind.Malformed, $"{origin} broke the chunked coding");
                    return;
                case OperationStatus.DestinationTooSmall:
                    Close(reading.Limit, $"{origin}: a chunk size, its extensions or the trailers exceed their limit");
                    return;
                case OperationStatus.NeedMoreData when input.IsEmpty:
                    session!.KeepHead();
                    return;
            }
        }
    }

    bool MayIdle(in ResponseHead head, bool nothingFollows) =>
        nothingFollows && head.KeepsAlive && head.Status != 101 && request.Buffer is null && !channel!.IsEnding
        && !http.Engine.Settings.Connections.IsPerRequest && !session!.EndsConnection;

    /// <summary>The connection waits for the next request, and holds nothing.</summary>
    void Rest()
    {
        state = State.Idle;
        ReturnReading();
    }

    void ReturnReading()
    {
        if (reading is not null) http.Return(reading);
        reading = null;
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
        if (request.Buffer is null) return;
        request.ReturnTo(http.Buffers);
        request = default;
        requestBytes = sentBytes = 0;
    }

    string EndedReason(string? error) => $"{origin}: {error ?? "the server closed the connection"} " + state switch
    {
        State.AwaitingHead when reading is null => "before a response came",
        _ => "before the response was whole",
    };
}
