using System.Diagnostics;
using System.Text;
using System.Threading.Tasks.Sources;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// The requests of one user, over connections of its own: one to each origin it talks to. One request at a time, so
/// that its state is one object that serves as the awaited value too: a request allocates nothing.
/// </summary>
public sealed class HttpSession : HttpRequests, IValueTaskSource<HttpResponse>, ITimerTarget
{
    readonly HttpLoop http;
    readonly bool isCounted;
    OwnConnections connections;
    HttpConnection? active;
    ConnectionPool? waitingFor;
    Action<object?>? continuation;
    object? continuationState;
    LastResponse last;
    CookieJar? cookies;
    Redirect? redirect;
    RequestDeadline deadline = new();
    RequestTimes times;
    int request;
    int began;
    short version;
    bool isBusy;
    bool isClosed;
    bool isCoded;
    bool isLiteral;
    bool follows;
    byte hops;
    OwnHeaders own;
    Keep keep;

    /// <param name="http">The loop.</param>
    /// <param name="context">Whose code it is that sends.</param>
    /// <param name="isCounted">Whether the requests are in the statistics.</param>
    internal HttpSession(HttpLoop http, LoopContext context, bool isCounted = true)
    {
        this.http = http;
        this.isCounted = isCounted;
        Context = context;
    }

    internal LoopContext Context { get; }

    internal int Status { get; private set; }

    internal FailureKind Failure { get; private set; }

    internal long BodyLength { get; private set; }

    /// <summary>Redirects that led to the response.</summary>
    internal int Redirects => hops;

    /// <summary>What of the request's body is still to be read; null where it was rendered with the head.</summary>
    internal BodySource? Source { get; private set; }

    /// <summary>Whether the author asked for the connection to end after this request.</summary>
    internal bool EndsConnection => (own & OwnHeaders.Close) != 0;

    /// <summary>
    /// The value of a cookie of this user; null where it has none of that name. The first by path where there are
    /// several.
    /// </summary>
    public string? Cookie(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return cookies is not null && cookies.TryGet(Encoding.UTF8.GetBytes(name), CookieJar.NowMs(), out var value)
            ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>Forgets all cookies of this user, as a new visitor has none.</summary>
    public void ClearCookies() => cookies = null;

    HttpResponse IValueTaskSource<HttpResponse>.GetResult(short token) => new(this, token);

    ValueTaskSourceStatus IValueTaskSource<HttpResponse>.GetStatus(short token) =>
        token == version && isBusy ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

    void IValueTaskSource<HttpResponse>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        // No capture of contexts: the continuation runs on this loop, in this user's context, whatever was asked for.
        if (token != version || !isBusy)
        {
            Context.Post(new SendOrPostCallback(continuation), state);
            return;
        }

        (this.continuation, continuationState) = (continuation, state);
    }

    /// <summary>
    /// The next request is due then, whenever it is sent: as <see cref="Stopwatch.GetTimestamp"/>; 0: when it is asked
    /// for.
    /// </summary>
    internal long NextDueAt { set => times.ExpectNextAt(value); }

    /// <summary>Begins a new request: the response before is gone from now on.</summary>
    internal override RequestWriter BeginUrl()
    {
        ForgetLast();
        http.Writer.Begin();
        return http.Writer;
    }

    /// <summary>Whether <paramref name="version"/> is still the last request's.</summary>
    internal bool IsCurrent(short version) => version == this.version;

    /// <summary>The bytes of the response's head, or false where they are gone.</summary>
    internal bool TryGetHead(out ReadOnlySpan<byte> head) => last.TryGetHead(http, this, out head);

    internal ReadOnlySpan<byte> KeptBody => KeepsBody ? last.Body : default;

    internal bool KeepsBody => keep is Keep.Body or Keep.CodedBody;

    /// <summary>The load file does not accept the response.</summary>
    internal void Reject(string reason)
    {
        CountRejected();
        if (isCounted) http.Requests.AddExample(request, FailureKind.Rejected, reason, began);
    }

    /// <summary>The load file expected another status. The text is made for the first alone.</summary>
    internal void Reject(int expected)
    {
        CountRejected();
        if (isCounted && http.Requests.NeedsExample(request, FailureKind.Rejected))
        {
            http.Requests.AddExample(request, FailureKind.Rejected, $"status {Status}, expected {expected}", began);
        }
    }

    /// <summary>
    /// Closes every connection; what is in flight ends as cut, and so does whatever is asked for later.
    /// </summary>
    internal void Close()
    {
        isClosed = true;
        connections.Close(FailureKind.Cut, "the run ended");
        if (isBusy) Abort(FailureKind.Cut, "the run ended");
        deadline.Forget(http.Loop);
        last.Forget(http, this);
        last.Release();
    }

    /// <summary>All shared connections are busy, the one of the hop before among them.</summary>
    internal void OnWaiting(ConnectionPool pool) => (waitingFor, active) = (pool, null);

    /// <summary>A connection has the request.</summary>
    internal void OnAssigned(HttpConnection connection)
    {
        active = connection;
        if (waitingFor is null) return;
        (waitingFor, isLiteral) = (null, false);
        if (isCounted) http.Connecting.SinceTick.Record(ConnectionStep.Wait, Stopwatch.GetTimestamp() - times.Sent);
    }

    /// <summary>The request needs a new connection.</summary>
    internal void OnReaching()
    {
        if (http.Engine.Settings.ConnectTimeout is { } patience)
        {
            deadline.Enter(http.Loop, this, DeadlineKind.Connect, Stopwatch.GetTimestamp(), patience);
        }
    }

    /// <summary>
    /// The request goes out, over a connection that was used before or not; repeated, its time still counts from the
    /// first try.
    /// </summary>
    internal void OnSent(bool isReused, bool isRepeated)
    {
        if (isReused && isCounted) http.Connecting.SinceTick.Reuses++;
        // Where nothing was rendered, connected or waited for, it goes out when it is asked for.
        if (!isRepeated && !(isReused && isLiteral)) times.Send(Stopwatch.GetTimestamp());
        if (http.Engine.Settings.FirstByteTimeout is { } patience)
        {
            deadline.Enter(http.Loop, this, DeadlineKind.FirstByte, times.Sent, patience);
        }
        else
        {
            deadline.Leave();
        }
    }

    /// <summary>Bytes of the response have come.</summary>
    internal void OnResponding()
    {
        if (times.Answer(http.Loop.Now)) deadline.Leave();
    }

    /// <summary>A deadline may have passed.</summary>
    void ITimerTarget.OnTimer()
    {
        if (deadline.OnTimer(http.Loop, this) is not { } kind) return;
        if (active is { } connection) connection.Close(FailureKind.Timeout, connection.DeadlineReason(kind));
        else Abort(FailureKind.Timeout,
            $"no connection was free within {http.Engine.Settings.Timeout.TotalSeconds:0.###} s; --connections is "
            + "how many there are");
    }

    /// <summary>The response's head is whole.</summary>
    /// <param name="head">What it says.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="sent">The request, but for a body that is streamed.</param>
    /// <param name="origin">Who sent it.</param>
    internal void OnHead(in ResponseHead head, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sent, HttpOrigin origin)
    {
        if (head.SetsCookies) CookieJar.Take(ref cookies, bytes, sent, origin);
        if (follows && RedirectRule.Applies(head.Status)
            && ResponseFields.TryGet(bytes, "location"u8, out var location))
        {
            redirect = Redirect.Plan(http.Engine, origin, head.Status, hops, location, sent,
                (own & OwnHeaders.Cookie) != 0, cookies, http.Writer);
            // The author's own stays behind; from there on the jar's are sent.
            if (redirect.Origin != origin) own &= ~OwnHeaders.Cookie;
        }

        isCoded = keep == Keep.Body && redirect is null
            && ResponseFields.TryGet(bytes, "content-encoding"u8, out var coding)
            && !ContentCoding.IsIdentity(coding);
        last.Begin(http, this, bytes, keep, redirect is null ? head.ContentLength : 0);
    }

    /// <summary>The body is not whole and the receive buffer goes to others.</summary>
    internal void KeepHead() => last.KeepHead(http, this);

    /// <summary>Counts a piece of the body, and keeps it where asked to.</summary>
    /// <returns>False where it is more than may be kept.</returns>
    internal bool OnBody(ReadOnlySpan<byte> data)
    {
        BodyLength += data.Length;
        if (!KeepsBody || redirect is not null) return true;
        if (BodyLength > LastResponse.MaxKeptBytes) return false;
        last.Append(data);
        return true;
    }

    internal void OnCompleted(int status)
    {
        Status = status;
        if (redirect is not null) Follow();
        else if (isCoded && BodyLength > 0) Finish(last.Decode(out var reason), reason);
        else Finish(FailureKind.None, null);
    }

    internal void OnFailed(FailureKind failure, string reason)
    {
        if (isBusy) Finish(failure, reason);
    }

    private protected override ValueTask<HttpResponse> Send(string url, scoped in RequestParts parts)
    {
        var isUrlAlone = isCounted && cookies is null && parts.IsUrlAlone;
        if (isUrlAlone && !isClosed && http.Literals.Find(url, parts.IsHead) is { } literal)
        {
            ForgetLast();
            return Send(literal, parts);
        }

        BeginUrl().AppendLiteral(url);
        return Send(parts, isUrlAlone ? url : null);
    }

    private protected override ValueTask<HttpResponse> Send(scoped in RequestParts parts) => Send(parts, null);

    /// <summary>Sends a request that was rendered before.</summary>
    ValueTask<HttpResponse> Send(LiteralRequest literal, scoped in RequestParts parts)
    {
        var paying = Begin(parts);
        (own, isLiteral, request) = (OwnHeaders.None, true, literal.Name);
        Dispatch(literal.Origin, literal.Request);
        return Sent(paying);
    }

    /// <param name="parts">What the call says.</param>
    /// <param name="url">Where nothing else makes the request: it may be the same each time.</param>
    ValueTask<HttpResponse> Send(scoped in RequestParts parts, string? url)
    {
        var paying = Begin(parts);
        var writer = http.Writer;
        // What an author's type throws while it is rendered is thrown before anything has begun.
        HttpOrigin? origin = null;
        if (!isClosed)
        {
            origin = http.Renderer.Render(parts, cookies, paying, out own, out var source);
            Source = source;
        }

        request = isCounted ? http.Requests.Names.Intern(writer.Template) : 0;
        if (isClosed) Refuse(FailureKind.Cut, "the run ended");
        else if (writer.Problem is { } unsendable) Refuse(FailureKind.Request, unsendable);
        else
        {
            if (url is not null) http.Literals.Keep(url, parts.IsHead, writer.Request, origin!, request);
            Dispatch(origin!, writer.Request, parts.IsHead, parts.IsIdempotent);
        }

        return Sent(paying);
    }

    /// <summary>A request begins.</summary>
    /// <returns>Who paid until now.</returns>
    int Begin(scoped in RequestParts parts)
    {
        var paying = http.Loop.Ledger.Switch(Scope.Engine);
        times.Begin(Stopwatch.GetTimestamp());
        began = http.Requests.Windows.Current;
        (Status, Failure, BodyLength) = (0, FailureKind.None, 0);
        (keep, hops, redirect, isCoded, isLiteral) = (parts.Keep, 0, null, false, false);
        follows = parts.Redirects ?? http.Engine.Settings.FollowsRedirects;
        return paying;
    }

    /// <summary>The request is on its way, or has ended already.</summary>
    ValueTask<HttpResponse> Sent(int paying)
    {
        http.Loop.Ledger.Switch(paying);
        return isBusy ? new ValueTask<HttpResponse>(this, version)
            : new ValueTask<HttpResponse>(new HttpResponse(this, version));
    }

    /// <summary>The request can't be sent.</summary>
    void Refuse(FailureKind failure, string reason)
    {
        isBusy = true;
        http.InFlight++;
        Finish(failure, reason);
    }

    /// <summary>Another request begins: the response before is gone from now on.</summary>
    void ForgetLast()
    {
        if (!http.Loop.IsCurrent)
        {
            throw new InvalidOperationException(
                "Requests are sent from the user's own loop; this is another thread. Leave out ConfigureAwait(false) "
                + "and Task.Run before it.");
        }

        if (isBusy) throw new InvalidOperationException("A user sends one request at a time: await the one before.");
        version++;
        last.Forget(http, this);
    }

    /// <summary>
    /// The response is whole and points elsewhere: it counts as a request of its own, and the next one goes out.
    /// </summary>
    void Follow()
    {
        var planned = redirect!;
        redirect = null;
        if (planned.Failure != FailureKind.None)
        {
            Finish(planned.Failure, planned.Reason);
            return;
        }

        Count(FailureKind.None);
        hops++;
        http.Redirects++;
        if (planned.HasBody) Source?.Restart();
        else DropSource();
        http.Writer.Begin();
        times.BeginHop(http.Loop.Now);
        BodyLength = 0;
        Dispatch(planned.Origin, planned.Request.AsSpan(0, planned.Bytes), planned.IsHead, planned.IsIdempotent);
    }

    void CountRejected()
    {
        Failure = FailureKind.Rejected;
        if (isCounted) http.Requests.Reject(request, began);
    }

    void DropSource()
    {
        Source?.Dispose();
        Source = null;
    }

    /// <summary>Copies the request and gives it to a connection, or to the queue for one.</summary>
    void Dispatch(HttpOrigin origin, ReadOnlySpan<byte> rendered, bool isHead, bool isSafe)
    {
        var held = http.Buffers.Rent(rendered.Length + (Source is null ? 0 : BodySource.PieceBytes));
        rendered.CopyTo(held);
        Dispatch(origin, new OutgoingRequest(held, rendered.Length, isHead, isSafe, IsShared: false));
    }

    void Dispatch(HttpOrigin origin, in OutgoingRequest rendered)
    {
        if (!isBusy) http.InFlight++;
        isBusy = true;
        deadline.Begin(http.Loop, this, times.Sent, http.Engine.Settings.Timeout);
        if (http.PoolOf(origin) is { } pool) pool.Send(this, rendered);
        else connections.To(origin, http).Send(this, rendered);
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

    void Finish(FailureKind failure, string? reason)
    {
        isBusy = false;
        if (Source is not null) DropSource();
        active = null;
        deadline.End();
        http.InFlight--;
        Failure = failure;
        Count(failure);
        if (isCounted && reason is not null) http.Requests.AddExample(request, failure, reason, began);
        if (continuation is not { } waiting) return;
        var (state, ended) = (continuationState, version);
        (continuation, continuationState) = (null, null);
        http.Loop.Resume(Context, waiting, state);
        // The user has come to its next await: headers that nobody asked to keep are gone, however the packets happened
        // to fall.
        if (ended != version || keep != Keep.Nothing) return;
        last.Forget(http, this);
        last.Release();
    }

    void Count(FailureKind failure)
    {
        if (!isCounted) return;
        // The turn's time, not a new one: it was taken when the response was noticed, before others of the same turn
        // were served.
        var (response, service, firstByte) = times.Ended(http.Loop.Now);
        http.Requests.Record(request, response, service, firstByte, BodyLength, failure, began);
    }
}
