using System.Buffers;
using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// One connection of one user to one origin, with at most one request in flight. It connects when the first request comes, is used again while the
/// server allows it, and is never used again once anything is odd about it. Between responses it holds no buffer.
/// </summary>
class HttpConnection(HttpLoop http, HttpOrigin origin, HttpSession session, HttpConnection? next) : IChannelOwner, ITimerTarget
{
    /// <summary>Interim responses (1xx) before the final one, at most.</summary>
    const int MaxInterim = 16;

    Channel? channel;
    State state;
    bool isHeadRequest;
    bool isTimerPending;
    byte interim;
    byte[]? unsent;
    int unsentCount;
    byte[]? heldHead;
    int heldCount;
    long deadlineMs;
    ResponseHead head;
    BodyReader body;

    enum State : byte
    {
        Closed,
        Resolving,
        Connecting,
        Securing,
        Idle,
        AwaitingHead,
        ReadingBody,
    }

    public HttpOrigin Origin => origin;

    /// <summary>The same user's connection to another origin.</summary>
    public HttpConnection? Next => next;

    protected HttpLoop Http => http;

    protected Channel? Channel => channel;

    /// <summary>Sends a request, connecting first where need be. A failure may reach the session from within this call.</summary>
    public void Send(ReadOnlySpan<byte> request, bool isHead)
    {
        isHeadRequest = isHead;
        interim = 0;
        Arm();
        if (state == State.Idle)
        {
            state = State.AwaitingHead;
            session.OnSent();
            Write(request);
            return;
        }

        HoldUnsent(request);
        if (origin.TryGetAddress(out var address)) Connect(address!);
        else Resolve();
    }

    /// <summary>Ends whatever is in flight and closes.</summary>
    public void Close(FailureKind failure, string reason)
    {
        var wasBusy = state is not (State.Closed or State.Idle);
        Release();
        if (wasBusy) session.OnFailed(failure, reason);
    }

    public void OnReady(bool isReadable, bool isWritable)
    {
        if (state == State.Connecting)
        {
            if (!isWritable) return;
            if (channel!.FinishConnect() == ChannelStatus.Failed) Close(FailureKind.Connect, $"{origin}: {channel.Error}");
            else BeginSecuring();
            return;
        }

        if (isWritable) OnWritable();
        if (isReadable && channel is not null) OnReadable();
    }

    /// <summary>The deadline's timer: one per connection, armed anew only when it fires, so that a request costs no timer operation.</summary>
    public void OnTimer()
    {
        isTimerPending = false;
        if (state is State.Closed or State.Idle) return;
        if (http.Loop.NowMs >= deadlineMs) Close(FailureKind.Timeout, TimeoutReason());
        else StartTimer();
    }

    /// <summary>The socket is connected; TLS shakes hands first.</summary>
    protected virtual void OnConnected() => OnSecured();

    /// <summary>The connection can carry requests: the one that waits is sent.</summary>
    protected void OnSecured()
    {
        state = State.AwaitingHead;
        session.OnSent();
        WriteUnsent();
    }

    /// <summary>Puts bytes on the wire; what does not fit is kept and sent when there is room.</summary>
    protected virtual void Write(ReadOnlySpan<byte> data)
    {
        var status = channel!.Send(data, out var sent);
        if (status == ChannelStatus.Failed) Close(FailureKind.Closed, $"{origin}: {channel.Error}");
        else if (sent < data.Length) HoldUnsent(data[sent..]);
    }

    /// <summary>There may be room for what did not fit.</summary>
    protected virtual void OnWritable() => WriteUnsent();

    protected virtual void OnReadable()
    {
        // Edge-triggered: as long as the buffer comes back full there may be more, and nobody would tell us again.
        while (channel is not null)
        {
            http.ReceiveTurn++;
            var status = channel.Receive(http.ReceiveBuffer, out var received);
            if (status == ChannelStatus.Blocked) return;
            if (status == ChannelStatus.Done) OnReceived(http.ReceiveBuffer.AsSpan(0, received));
            else OnEnded(status == ChannelStatus.Closed ? null : channel.Error);
            if (status != ChannelStatus.Done || received < HttpLoop.ReceiveBufferBytes) return;
        }
    }

    /// <summary>Bytes of the response. They may be any part of it, and more than it.</summary>
    protected void OnReceived(ReadOnlySpan<byte> input)
    {
        if (state == State.Idle || state == State.Closed)
        {
            // Bytes nobody asked for: whose they are can't be known, so the connection is never used again (RFC 9112 §9.2).
            Release();
            return;
        }

        if (state == State.AwaitingHead && !TryReadHead(ref input)) return;
        if (state == State.ReadingBody) ReadBody(input);
    }

    /// <summary>The peer has ended the connection.</summary>
    /// <param name="error">The system's words; null where it ended in order.</param>
    protected void OnEnded(string? error)
    {
        if (state == State.ReadingBody && body.EndsWithConnection && error is null)
        {
            Release();
            session.OnCompleted(head.Status);
            return;
        }

        Close(FailureKind.Closed, $"{origin}: {error ?? "the server closed the connection"} before the response was whole");
    }

    /// <summary>Gives up the socket and every buffer.</summary>
    protected virtual void Release()
    {
        state = State.Closed;
        if (channel is not null) http.Connections--;
        channel?.Dispose();
        channel = null;
        ReturnUnsent();
        ReturnHeldHead();
    }

    bool TryReadHead(ref ReadOnlySpan<byte> input)
    {
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
                Close(
                    status == OperationStatus.InvalidData ? FailureKind.Malformed : FailureKind.TooLarge,
                    status == OperationStatus.InvalidData
                        ? $"{origin} sent no HTTP/1.x response: \"{Printable(bytes)}\""
                        : $"{origin}: the response head exceeds 64 KiB or 256 headers");
                return false;
            }

            // What the held part lacked came from this input; the rest of it is body.
            input = input[^(bytes.Length - consumed)..];
            if (head.Status is < 200 and not 101)
            {
                ReturnHeldHead();
                if (++interim <= MaxInterim) continue;
                Close(FailureKind.TooLarge, $"{origin} sent more than {MaxInterim} interim responses");
                return false;
            }

            session.OnHead(head, bytes[..consumed]);
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
            if (!data.IsEmpty && !session.OnBody(data))
            {
                Close(FailureKind.TooLarge, $"{origin}: the body to be kept exceeds {HttpSession.MaxKeptBytes >> 20} MiB");
                return;
            }

            switch (status)
            {
                case OperationStatus.Done:
                    // Bytes after a whole response belong to no request: it counts, but the connection ends.
                    if (head.KeepsAlive && input.IsEmpty && head.Status != 101) state = State.Idle;
                    else Release();
                    session.OnCompleted(head.Status);
                    return;
                case OperationStatus.InvalidData:
                    Close(FailureKind.Malformed, $"{origin} broke the chunked coding");
                    return;
                case OperationStatus.DestinationTooSmall:
                    Close(FailureKind.TooLarge, $"{origin}: chunk sizes, extensions or trailers exceed their limits");
                    return;
                case OperationStatus.NeedMoreData when input.IsEmpty:
                    return;
            }
        }
    }

    /// <summary>Keeps a head that has not arrived whole; parsed again from its start when more comes.</summary>
    ReadOnlySpan<byte> Hold(ReadOnlySpan<byte> input)
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

    void Connect(IPEndPoint address)
    {
        state = State.Connecting;
        try
        {
            channel = http.Loop.Open(address.AddressFamily, this);
            http.Connections++;
        }
        catch (IOException exhausted)
        {
            Close(FailureKind.Connect, exhausted.Message);
            return;
        }

        switch (channel.Connect(address))
        {
            case ChannelStatus.Done:
                BeginSecuring();
                break;
            case ChannelStatus.Failed:
                Close(FailureKind.Connect, $"{origin}: {channel.Error}");
                break;
        }
    }

    void BeginSecuring()
    {
        state = State.Securing;
        OnConnected();
    }

    void Resolve()
    {
        state = State.Resolving;
        var context = session.Context;
        _ = ResolveAsync();

        async Task ResolveAsync()
        {
            string? problem = null;
            try
            {
                // Name resolution blocks in the C library: on a thread of the pool, then home.
                await Task.Run(() => origin.ResolveAsync(default)).ConfigureAwait(false);
            }
            catch (SocketException unknown)
            {
                problem = unknown.Message;
            }

            context.Post(static arrived => ((Action)arrived!)(), () => OnResolved(problem));
        }
    }

    void OnResolved(string? problem)
    {
        if (state != State.Resolving) return;
        if (problem is null && origin.TryGetAddress(out var address)) Connect(address!);
        else Close(FailureKind.Resolve, $"the host \"{origin.Host}\" does not resolve: {problem}");
    }

    void HoldUnsent(ReadOnlySpan<byte> data)
    {
        ReturnUnsent();
        unsent = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(unsent);
        unsentCount = data.Length;
    }

    void WriteUnsent()
    {
        if (unsent is not { } held) return;
        unsent = null;
        Write(held.AsSpan(0, unsentCount));
        ArrayPool<byte>.Shared.Return(held);
    }

    void ReturnUnsent()
    {
        if (unsent is not null) ArrayPool<byte>.Shared.Return(unsent);
        unsent = null;
    }

    void Arm()
    {
        deadlineMs = http.Loop.NowMs + (long)http.Engine.Settings.Timeout.TotalMilliseconds;
        if (!isTimerPending) StartTimer();
    }

    void StartTimer()
    {
        isTimerPending = true;
        http.Loop.AddTimer(TimeSpan.FromMilliseconds(Math.Max(deadlineMs - http.Loop.NowMs, 1)), this);
    }

    string TimeoutReason() => state switch
    {
        State.Resolving => $"{origin}: the name was not resolved",
        State.Connecting => $"{origin}: no connection was made",
        State.Securing => $"{origin}: the TLS handshake did not end",
        State.AwaitingHead => $"{origin}: no response came",
        _ => $"{origin}: the response was not whole",
    } + $" within {http.Engine.Settings.Timeout.TotalSeconds:0.###} s";

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
