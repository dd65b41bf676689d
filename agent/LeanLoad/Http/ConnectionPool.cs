namespace LeanLoad.Http;

/// <summary>
/// The connections of one loop to one origin where users share them (<c>--connections N</c>): at most its share of N,
/// made when they are first needed. A user holds one from its request to its response, and it serves the next who
/// waits, first come first served; a response can't reach another user, because a connection that did not end its
/// response in order is closed.
/// </summary>
/// <param name="http">The loop.</param>
/// <param name="origin">Where they lead.</param>
/// <param name="size">Connections at most; 1 or more.</param>
sealed class ConnectionPool(HttpLoop http, HttpOrigin origin, int size)
{
    readonly Stack<HttpConnection> free = new();
    Waiting? first;
    Waiting? last;
    Waiting? spare;
    int made;

    /// <summary>Sends a request over the next connection that is free.</summary>
    /// <param name="session">Whose it is.</param>
    /// <param name="request">It; the connection gives it back.</param>
    public void Send(HttpSession session, in OutgoingRequest request)
    {
        if (TryTake(out var connection))
        {
            connection.Send(session, request);
            return;
        }

        var waiting = spare ?? new Waiting();
        spare = waiting.Next;
        (waiting.Session, waiting.Request, waiting.Next) = (session, request, null);
        if (last is null) first = waiting;
        else last.Next = waiting;
        last = waiting;
        session.OnWaiting(this);
    }

    /// <summary>A user no longer waits.</summary>
    /// <returns>Whether it did.</returns>
    public bool Forget(HttpSession session)
    {
        Waiting? before = null;
        for (var waiting = first; waiting is not null; before = waiting, waiting = waiting.Next)
        {
            if (waiting.Session != session) continue;
            if (before is null) first = waiting.Next;
            else before.Next = waiting.Next;
            if (last == waiting) last = before;
            waiting.Request.ReturnTo(http.Buffers);
            Spare(waiting);
            return true;
        }

        return false;
    }

    /// <summary>A connection has ended its request, well or not: it serves who waits longest.</summary>
    public void Return(HttpConnection connection)
    {
        if (first is null) free.Push(connection);
        else if (connection.IsIdle) Serve(connection);
        // In a step of its own: where each attempt to connect fails at once, thousands who wait would otherwise do so
        // one inside the other.
        else http.Context.Post(static returned => ((Action)returned!)(), () => Serve(connection));
    }

    void Serve(HttpConnection connection)
    {
        if (first is not { } waiting)
        {
            free.Push(connection);
            return;
        }

        first = waiting.Next;
        if (first is null) last = null;
        var (session, request) = (waiting.Session!, waiting.Request);
        Spare(waiting);
        connection.Send(session, request);
    }

    bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HttpConnection? connection)
    {
        if (free.TryPop(out connection)) return true;
        if (made == size) return false;
        made++;
        connection = http.Create(origin, next: null, pool: this);
        return true;
    }

    void Spare(Waiting waiting)
    {
        (waiting.Session, waiting.Request, waiting.Next) = (null, default, spare);
        spare = waiting;
    }

    /// <summary>
    /// A request that waits for a connection. Reused, so that waiting allocates nothing in the steady state.
    /// </summary>
    sealed class Waiting
    {
        public HttpSession? Session { get; set; }

        public OutgoingRequest Request { get; set; }

        public Waiting? Next { get; set; }
    }
}
