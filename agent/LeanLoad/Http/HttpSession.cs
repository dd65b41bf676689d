using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// The requests of one user, over connections of its own: one to each origin it talks to. One request at a time, so that its state is one object
/// that serves as the awaited value too: a request allocates nothing.
/// </summary>
public sealed class HttpSession : IValueTaskSource<HttpResponse>
{
    /// <summary>The largest body that <see cref="Keep.Body"/> keeps; a larger one fails as too large.</summary>
    internal const int MaxKeptBytes = 64 << 20;

    readonly HttpLoop http;
    readonly bool isCounted;
    readonly RequestDeadline deadline;
    HttpConnection? connections;
    HttpConnection? active;
    ConnectionPool? waitingFor;
    Action<object?>? continuation;
    object? continuationState;
    KeptBytes kept;
    int keptHead;
    int headOffset;
    int headLength;
    long headTurn;
    long dueAt;
    long sentAt;
    long firstByteAt;
    int request;
    short version;
    bool isBusy;
    bool isClosed;
    Keep keep;

    /// <param name="http">The loop.</param>
    /// <param name="context">Whose code it is that sends.</param>
    /// <param name="isCounted">Whether the requests are in the statistics.</param>
    internal HttpSession(HttpLoop http, LoopContext context, bool isCounted = true)
    {
        this.http = http;
        kept = new KeptBytes(http.Engine.Pages);
        this.isCounted = isCounted;
        Context = context;
        deadline = new RequestDeadline(http.Loop, this);
    }

    internal LoopContext Context { get; }

    internal int Status { get; private set; }

    internal FailureKind Failure { get; private set; }

    internal long BodyLength { get; private set; }

    /// <summary>GET of a path below <c>--url</c>, or of an absolute URL.</summary>
    /// <param name="url">The path, empty for <c>--url</c> itself; its text is the request's name. Use an interpolated string where it varies.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="basic">User and secret of an <c>Authorization: Basic</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept until the next request.</param>
    /// <param name="headers">Further headers.</param>
    /// <exception cref="InvalidOperationException">The user's last request is still in flight.</exception>
    public ValueTask<HttpResponse> Get(
        string url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing, params ReadOnlySpan<HttpHeader> headers)
    {
        BeginUrl().AppendLiteral(url);
        return Send("GET"u8, bearer, basic, keep, headers, hasBody: false, default);
    }

    /// <summary>GET of an interpolated URL: its holes are percent-encoded, its template is the request's name.</summary>
    /// <inheritdoc cref="Get(string, string?, BasicCredential?, Keep, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Get(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        params ReadOnlySpan<HttpHeader> headers)
    {
        _ = url;
        return Send("GET"u8, bearer, basic, keep, headers, hasBody: false, default);
    }

    /// <summary>HEAD: as GET, but the server sends no body.</summary>
    /// <inheritdoc cref="Get(string, string?, BasicCredential?, Keep, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Head(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        params ReadOnlySpan<HttpHeader> headers)
    {
        _ = url;
        return Send("HEAD"u8, bearer, basic, keep, headers, hasBody: false, default);
    }

    /// <summary>POST of bytes; head and body together at most 64 KiB.</summary>
    /// <param name="url">The path below <c>--url</c>.</param>
    /// <param name="body">The bytes, copied before this returns.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="basic">User and secret of an <c>Authorization: Basic</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept until the next request.</param>
    /// <param name="headers">Further headers, <c>Content-Type</c> among them.</param>
    /// <exception cref="InvalidOperationException">The user's last request is still in flight.</exception>
    public ValueTask<HttpResponse> Post(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, ReadOnlySpan<byte> body, string? bearer = null, BasicCredential? basic = null,
        Keep keep = Keep.Nothing, params ReadOnlySpan<HttpHeader> headers)
    {
        _ = url;
        return Send("POST"u8, bearer, basic, keep, headers, hasBody: true, body);
    }

    HttpResponse IValueTaskSource<HttpResponse>.GetResult(short token) => new(this, token);

    ValueTaskSourceStatus IValueTaskSource<HttpResponse>.GetStatus(short token) =>
        token == version && isBusy ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

    void IValueTaskSource<HttpResponse>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        // No capture of contexts: the continuation runs on this loop, in this user's context, whatever was asked for.
        if (token != version || !isBusy)
        {
            Context.Post(new SendOrPostCallback(continuation), state);
            return;
        }

        (this.continuation, continuationState) = (continuation, state);
    }

    /// <summary>Begins a new request: the response before is gone from now on.</summary>
    internal RequestWriter BeginUrl()
    {
        if (!http.Loop.IsCurrent)
        {
            throw new InvalidOperationException(
                "Requests are sent from the user's own loop; this is another thread. Leave out ConfigureAwait(false) and Task.Run before it.");
        }

        if (isBusy) throw new InvalidOperationException("A user sends one request at a time: await the one before.");
        version++;
        ForgetKept();
        http.Writer.Begin();
        return http.Writer;
    }

    /// <summary>Whether <paramref name="version"/> is still the last request's.</summary>
    internal bool IsCurrent(short version) => version == this.version;

    /// <summary>The bytes of the response's head, or false where they are gone.</summary>
    internal bool TryGetHead(out ReadOnlySpan<byte> head)
    {
        head = keptHead > 0 ? kept.Span[..keptHead]
            : headTurn == http.ReceiveTurn ? http.ReceiveBuffer.AsSpan(headOffset, headLength)
            : default;
        return keptHead > 0 || headTurn == http.ReceiveTurn;
    }

    internal ReadOnlySpan<byte> KeptBody => keep == Keep.Body ? kept.Span[keptHead..] : default;

    internal bool KeepsBody => keep == Keep.Body;

    /// <summary>The load file does not accept the response.</summary>
    internal void Reject(string reason)
    {
        Failure = FailureKind.Rejected;
        if (!isCounted) return;
        http.Requests.Reject(request);
        http.Requests.AddExample(request, FailureKind.Rejected, reason);
    }

    /// <summary>Closes every connection; what is in flight ends as cut, and so does whatever is asked for later.</summary>
    internal void Close()
    {
        isClosed = true;
        for (var connection = connections; connection is not null; connection = connection.Next)
        {
            connection.Close(FailureKind.Cut, "the run ended");
        }

        if (isBusy) Abort(FailureKind.Cut, "the run ended");
        deadline.Forget();
        ForgetKept();
        kept.Release();
    }

    /// <summary>All shared connections are busy.</summary>
    internal void OnWaiting(ConnectionPool pool) => waitingFor = pool;

    /// <summary>A connection has the request.</summary>
    internal void OnAssigned(HttpConnection connection)
    {
        active = connection;
        if (waitingFor is null) return;
        waitingFor = null;
        if (isCounted) http.Connecting.OnWaited(Stopwatch.GetTimestamp() - dueAt);
    }

    /// <summary>The request needs a new connection.</summary>
    internal void OnReaching()
    {
        if (http.Engine.Settings.ConnectTimeout is { } patience) deadline.Enter(DeadlineKind.Connect, Stopwatch.GetTimestamp(), patience);
    }

    /// <summary>The request goes out, over a connection that was used before or not; repeated, its time still counts from the first try.</summary>
    internal void OnSent(bool isReused, bool isRepeated)
    {
        if (isReused && isCounted) http.Connecting.Reuses++;
        if (!isRepeated) sentAt = Stopwatch.GetTimestamp();
        deadline.Enter(DeadlineKind.FirstByte, sentAt, http.Engine.Settings.FirstByteTimeout);
    }

    /// <summary>Bytes of the response have come.</summary>
    internal void OnResponding()
    {
        if (firstByteAt != 0) return;
        firstByteAt = http.Loop.Now;
        deadline.Leave();
    }

    /// <summary>A deadline has passed.</summary>
    internal void OnDeadline(DeadlineKind kind)
    {
        if (active is { } connection) connection.Close(FailureKind.Timeout, connection.DeadlineReason(kind));
        else Abort(FailureKind.Timeout, $"no connection was free within {http.Engine.Settings.Timeout.TotalSeconds:0.###} s; --connections is how many there are");
    }

    internal void OnHead(in ResponseHead head, ReadOnlySpan<byte> bytes)
    {
        // Here and not when the request began: user code that ran then may have looked at the body before.
        kept.Release();
        // Without a body the buffer still holds the head when the user looks; a head that came in pieces lies elsewhere and is copied.
        if (keep == Keep.Nothing && http.ReceiveBuffer.AsSpan().Overlaps(bytes, out headOffset))
        {
            (headLength, headTurn) = (bytes.Length, http.ReceiveTurn);
            return;
        }

        var expected = keep == Keep.Body ? (int)Math.Min(head.ContentLength, MaxKeptBytes) : 0;
        kept.Begin(bytes.Length + expected);
        kept.Append(bytes);
        keptHead = bytes.Length;
    }

    /// <summary>The body is not whole and the receive buffer goes to others: the head is copied, so that it can be read when the user goes on.</summary>
    internal void KeepHead()
    {
        if (keptHead > 0 || headTurn != http.ReceiveTurn) return;
        kept.Begin(headLength);
        kept.Append(http.ReceiveBuffer.AsSpan(headOffset, headLength));
        keptHead = headLength;
    }

    /// <summary>Counts a piece of the body, and keeps it where asked to.</summary>
    /// <returns>False where it is more than may be kept.</returns>
    internal bool OnBody(ReadOnlySpan<byte> data)
    {
        BodyLength += data.Length;
        if (keep != Keep.Body) return true;
        if (BodyLength > MaxKeptBytes) return false;
        kept.Append(data);
        return true;
    }

    internal void OnCompleted(int status)
    {
        Status = status;
        Finish(FailureKind.None, null);
    }

    internal void OnFailed(FailureKind failure, string reason)
    {
        if (isBusy) Finish(failure, reason);
    }

    ValueTask<HttpResponse> Send(
        ReadOnlySpan<byte> method, string? bearer, BasicCredential? basic, Keep keep, ReadOnlySpan<HttpHeader> headers, bool hasBody, ReadOnlySpan<byte> body)
    {
        var ledger = http.Loop.Ledger;
        var paying = ledger.Switch(Scope.Engine);
        this.keep = keep;
        isBusy = true;
        dueAt = sentAt = Stopwatch.GetTimestamp();
        firstByteAt = 0;
        (Status, Failure, BodyLength) = (0, FailureKind.None, 0);
        var writer = http.Writer;
        http.InFlight++;
        if (isClosed)
        {
            request = Named(writer);
            Finish(FailureKind.Cut, "the run ended");
        }
        else if (TryChooseOrigin(writer, out var origin, out var problem))
        {
            request = Named(writer);
            writer.EndTarget(method, origin.FixedHeaders);
            if (bearer is not null) writer.AppendHeader("Authorization: Bearer "u8, bearer);
            if (basic is not null) writer.AppendHeader("Authorization: Basic "u8, basic.Encoded);
            foreach (ref readonly var header in headers) writer.AppendHeader(header);
            if (hasBody) writer.AppendContentLength(body.Length);
            writer.End(body);
            if (writer.Problem is { } unsendable) Finish(FailureKind.Request, unsendable);
            else Dispatch(origin, writer.Request, isHead: method[0] == 'H', isSafe: method[0] != 'P');
        }
        else
        {
            request = Named(writer);
            Finish(FailureKind.Request, problem!);
        }

        ledger.Switch(paying);
        return isBusy ? new ValueTask<HttpResponse>(this, version) : new ValueTask<HttpResponse>(new HttpResponse(this, version));
    }

    /// <summary>Copies the request and gives it to a connection, or to the queue for one.</summary>
    void Dispatch(HttpOrigin origin, ReadOnlySpan<byte> request, bool isHead, bool isSafe)
    {
        deadline.Begin(dueAt, http.Engine.Settings.Timeout);
        var held = http.Buffers.Rent(request.Length);
        request.CopyTo(held);
        if (http.PoolOf(origin) is { } pool)
        {
            pool.Send(this, held, request.Length, isHead, isSafe);
        }
        else
        {
            ConnectionTo(origin).Send(this, held, request.Length, isHead, isSafe);
        }
    }

    /// <summary>Ends the request wherever it is.</summary>
    void Abort(FailureKind failure, string reason)
    {
        if (active is { } connection)
        {
            connection.Close(failure, reason);
            return;
        }

        waitingFor?.Forget(this);
        waitingFor = null;
        Finish(failure, reason);
    }

    /// <summary>Where the target points: the base URL for a path, else its own origin.</summary>
    bool TryChooseOrigin(RequestWriter writer, out HttpOrigin origin, out string? problem)
    {
        origin = null!;
        problem = null;
        var target = writer.Target;
        if (target.IsEmpty || target[0] == '/')
        {
            if (http.Engine.Base is { } known)
            {
                origin = known;
                if (target.IsEmpty) writer.AppendLiteral(http.Engine.BaseTarget);
                else writer.Prepend(http.Engine.PathPrefix);
                return true;
            }

            problem = $"\"{System.Text.Encoding.UTF8.GetString(target)}\" is relative, and there is no --url it could be relative to";
            return false;
        }

        var text = System.Text.Encoding.UTF8.GetString(target);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var absolute) || absolute.Scheme is not ("http" or "https"))
        {
            problem = $"\"{text}\" is neither a path that begins with / nor an http:// or https:// address";
            return false;
        }

        if (absolute.UserInfo.Length > 0)
        {
            problem = $"\"{absolute.Host}\" is asked with a user name in the address; give it as basic: new BasicCredential(user, secret)";
            return false;
        }

        // The authority ends at the path, or where that is empty, at query or fragment (RFC 3986 §3.2).
        var authority = text.AsSpan(absolute.Scheme.Length + 3).IndexOfAny('/', '?', '#');
        writer.CutTarget(authority < 0 ? text.Length : absolute.Scheme.Length + 3 + authority);
        origin = http.Engine.OriginOf(absolute);
        return true;
    }

    HttpConnection ConnectionTo(HttpOrigin origin)
    {
        for (var connection = connections; connection is not null; connection = connection.Next)
        {
            if (connection.Origin == origin) return connection;
        }

        return connections = http.Create(origin, connections, pool: null);
    }

    void Finish(FailureKind failure, string? reason)
    {
        isBusy = false;
        active = null;
        deadline.End();
        http.InFlight--;
        Failure = failure;
        // The turn's time, not a new one: it was taken when the response was noticed, before others of the same turn were served.
        var endedAt = Math.Max(http.Loop.Now, sentAt);
        if (isCounted)
        {
            http.Requests.Record(request, Microseconds(endedAt - dueAt), Microseconds(endedAt - sentAt), BodyLength, failure);
            if (reason is not null) http.Requests.AddExample(request, failure, reason);
        }

        if (continuation is not { } waiting) return;
        var (state, own) = (continuationState, version);
        (continuation, continuationState) = (null, null);
        http.Loop.Resume(Context, waiting, state);
        // The user has come to its next await: headers that nobody asked to keep are gone, however the packets happened to fall.
        if (own != version || keep != Keep.Nothing) return;
        ForgetKept();
        kept.Release();
    }

    int Named(RequestWriter writer) => isCounted ? http.Requests.Names.Intern(writer.Template) : 0;

    static long Microseconds(long ticks) => (long)(ticks * (1e6 / Stopwatch.Frequency));

    void ForgetKept()
    {
        kept.Forget();
        keptHead = 0;
        headTurn = -1;
    }
}
