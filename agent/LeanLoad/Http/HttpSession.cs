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
public sealed class HttpSession : HttpRequests, IValueTaskSource<HttpResponse>
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
    long nextDueAt;
    long sentAt;
    long firstByteAt;
    int request;
    int began;
    short version;
    bool isBusy;
    bool isClosed;
    bool isCoded;
    bool follows;
    byte hops;
    OwnHeaders own;
    Keep keep;
    CookieJar? cookies;
    Redirect? redirect;

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
        return cookies is not null && cookies.TryGet(Encoding.UTF8.GetBytes(name), NowMs(), out var value)
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
    internal long NextDueAt { set => nextDueAt = value; }

    /// <summary>Begins a new request: the response before is gone from now on.</summary>
    internal override RequestWriter BeginUrl()
    {
        if (!http.Loop.IsCurrent)
        {
            throw new InvalidOperationException(
                "Requests are sent from the user's own loop; this is another thread. Leave out ConfigureAwait(false) "
                + "and Task.Run before it.");
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

    internal ReadOnlySpan<byte> KeptBody => KeepsBody ? kept.Span[keptHead..] : default;

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
        for (var connection = connections; connection is not null; connection = connection.Next)
        {
            connection.Close(FailureKind.Cut, "the run ended");
            connection.Dispose();
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
        if (isCounted) http.Connecting.SinceTick.Record(ConnectionStep.Wait, Stopwatch.GetTimestamp() - dueAt);
    }

    /// <summary>The request needs a new connection.</summary>
    internal void OnReaching()
    {
        if (http.Engine.Settings.ConnectTimeout is { } patience)
        {
            deadline.Enter(DeadlineKind.Connect, Stopwatch.GetTimestamp(), patience);
        }
    }

    /// <summary>
    /// The request goes out, over a connection that was used before or not; repeated, its time still counts from the
    /// first try.
    /// </summary>
    internal void OnSent(bool isReused, bool isRepeated)
    {
        if (isReused && isCounted) http.Connecting.SinceTick.Reuses++;
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
        if (head.SetsCookies) TakeCookies(bytes, sent, origin);
        if (follows && RedirectRule.Applies(head.Status)
            && ResponseFields.TryGet(bytes, "location"u8, out var location))
        {
            redirect = Redirect.Plan(http.Engine, origin, head.Status, hops, location, sent,
                (own & OwnHeaders.Cookie) != 0, cookies, http.Writer);
        }

        isCoded = keep == Keep.Body && redirect is null
            && ResponseFields.TryGet(bytes, "content-encoding"u8, out var coding)
            && !ContentCoding.IsIdentity(coding);
        // Here and not when the request began: user code that ran then may have looked at the body before.
        kept.Release();
        // Without a body the buffer still holds the head when the user looks; a head that came in pieces lies elsewhere
        // and is copied.
        if (keep == Keep.Nothing && http.ReceiveBuffer.AsSpan().Overlaps(bytes, out headOffset))
        {
            (headLength, headTurn) = (bytes.Length, http.ReceiveTurn);
            return;
        }

        var expected = KeepsBody && redirect is null ? (int)Math.Min(head.ContentLength, MaxKeptBytes) : 0;
        kept.Begin(bytes.Length + expected);
        kept.Append(bytes);
        keptHead = bytes.Length;
    }

    /// <summary>
    /// The body is not whole and the receive buffer goes to others: the head is copied, so that it can be read when the
    /// user goes on.
    /// </summary>
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
        if (!KeepsBody || redirect is not null) return true;
        if (BodyLength > MaxKeptBytes) return false;
        kept.Append(data);
        return true;
    }

    internal void OnCompleted(int status)
    {
        Status = status;
        if (redirect is not null) Follow();
        else if (isCoded && BodyLength > 0) Finish(Decode(out var reason), reason);
        else Finish(FailureKind.None, null);
    }

    internal void OnFailed(FailureKind failure, string reason)
    {
        if (isBusy) Finish(failure, reason);
    }

    private protected override ValueTask<HttpResponse> Send(scoped in RequestParts parts)
    {
        var ledger = http.Loop.Ledger;
        var paying = ledger.Switch(Scope.Engine);
        sentAt = Stopwatch.GetTimestamp();
        (dueAt, nextDueAt) = (nextDueAt == 0 ? sentAt : nextDueAt, 0);
        began = http.Requests.Windows.Current;
        firstByteAt = 0;
        (Status, Failure, BodyLength) = (0, FailureKind.None, 0);
        (keep, hops, redirect, isCoded) = (parts.Keep, 0, null, false);
        follows = parts.Redirects ?? http.Engine.Settings.FollowsRedirects;
        var writer = http.Writer;
        // What an author's type throws while it is rendered is thrown before anything has begun.
        var origin = isClosed ? null : Render(writer, parts, paying);
        isBusy = true;
        http.InFlight++;
        request = Named(writer);
        if (isClosed) Finish(FailureKind.Cut, "the run ended");
        else if (writer.Problem is { } unsendable) Finish(FailureKind.Request, unsendable);
        else Dispatch(origin!, writer.Request, parts.IsHead, parts.IsIdempotent);
        ledger.Switch(paying);
        return isBusy ? new ValueTask<HttpResponse>(this, version)
            : new ValueTask<HttpResponse>(new HttpResponse(this, version));
    }

    /// <summary>Writes the request; what can't be sent becomes the writer's problem.</summary>
    HttpOrigin? Render(RequestWriter writer, scoped in RequestParts parts, int paying)
    {
        own = OwnHeaders.None;
        if (!TryChooseOrigin(writer, out var origin, out var problem))
        {
            writer.Refuse(problem!);
            return null;
        }

        if (OwnHeaderRule.Check(parts.Headers, out own) is { } refused) writer.Refuse(refused);
        if (parts.Method.IsEmpty)
        {
            writer.Refuse($"the method is no token of at most {RequestWriter.MaxMethodBytes} characters (RFC 9110 "
                + "§9.1), or CONNECT, which asks for another protocol");
            return null;
        }

        writer.EndTarget(parts.Method, origin.FixedHeaders, own);
        if (parts.Bearer is not null) writer.AppendHeader("Authorization: Bearer "u8, parts.Bearer);
        if (parts.Basic is not null) writer.AppendHeader("Authorization: Basic "u8, parts.Basic.Encoded);
        if (cookies is not null && (own & OwnHeaders.Cookie) == 0)
        {
            cookies.AppendTo(writer, origin.Host, writer.SentTarget, origin.Tls is not null, NowMs());
        }
        foreach (ref readonly var header in parts.Headers) writer.AppendHeader(header);
        // Turning a value into JSON is the author's work: its type may have converters of its own.
        if (parts.Body.Kind == BodyKind.Json) http.Loop.Ledger.Switch(paying);
        Source = http.Bodies.Append(parts, own);
        if (parts.Body.Kind == BodyKind.Json) http.Loop.Ledger.Switch(Scope.Engine);
        return origin;
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
        dueAt = sentAt = http.Loop.Now;
        firstByteAt = 0;
        BodyLength = 0;
        Dispatch(planned.Origin, planned.Request.AsSpan(0, planned.Bytes), planned.IsHead, planned.IsIdempotent);
    }

    /// <summary>Puts the decoded body in place of what came.</summary>
    FailureKind Decode(out string? reason)
    {
        var head = kept.Span[..keptHead];
        var codings = new HeaderValues(head, "Content-Encoding");
        codings.MoveNext();
        var coding = codings.Current;
        // A second coding is not undone, as a list of them in one field is not.
        if (codings.MoveNext()) coding = "several"u8;
        var decoded = new KeptBytes(http.Engine.Pages);
        decoded.Begin(keptHead);
        decoded.Append(head);
        var failure = ContentCoding.TryDecode(coding, kept.Span[keptHead..], ref decoded, out reason);
        if (failure == FailureKind.None)
        {
            kept.Release();
            kept = decoded;
            reason = null;
        }
        else
        {
            decoded.Release();
            kept.Release();
            keptHead = 0;
        }

        return failure;
    }

    void TakeCookies(ReadOnlySpan<byte> head, ReadOnlySpan<byte> sent, HttpOrigin origin)
    {
        var target = sent[(sent.IndexOf((byte)' ') + 1)..];
        target = target[..Math.Max(target.IndexOf((byte)' '), 0)];
        var (now, isSecure) = (NowMs(), origin.Tls is not null);
        foreach (var value in new HeaderValues(head, "Set-Cookie"))
        {
            if (SetCookie.Read(value, origin.Host, target, isSecure, now) is { } cookie)
            {
                (cookies ??= new()).Store(cookie, isSecure, now);
            }
        }
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

    static long NowMs() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Copies the request and gives it to a connection, or to the queue for one.</summary>
    void Dispatch(HttpOrigin origin, ReadOnlySpan<byte> request, bool isHead, bool isSafe)
    {
        deadline.Begin(dueAt, http.Engine.Settings.Timeout);
        var held = http.Buffers.Rent(request.Length + (Source is null ? 0 : BodySource.PieceBytes));
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

            problem = $"\"{System.Text.Encoding.UTF8.GetString(target)}\" is relative, and there is no --url it "
                + "could be relative to";
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
            problem = $"\"{absolute.Host}\" is asked with a user name in the address; give it as basic: new "
                + "BasicCredential(user, secret)";
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
        ForgetKept();
        kept.Release();
    }

    void Count(FailureKind failure)
    {
        if (!isCounted) return;
        // The turn's time, not a new one: it was taken when the response was noticed, before others of the same turn
        // were served.
        var endedAt = Math.Max(http.Loop.Now, sentAt);
        http.Requests.Record(request, Microseconds(endedAt - dueAt), Microseconds(endedAt - sentAt), FirstByteUs(),
            BodyLength, failure, began);
    }

    int Named(RequestWriter writer) => isCounted ? http.Requests.Names.Intern(writer.Template) : 0;

    /// <summary>Sent to first byte; -1 where none came.</summary>
    long FirstByteUs() => firstByteAt == 0 ? -1 : Microseconds(Math.Max(firstByteAt - sentAt, 0));

    static long Microseconds(long ticks) => (long)(ticks * (1e6 / Stopwatch.Frequency));

    void ForgetKept()
    {
        kept.Forget();
        keptHead = 0;
        headTurn = -1;
    }
}
