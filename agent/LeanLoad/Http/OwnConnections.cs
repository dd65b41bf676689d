using System.Runtime.CompilerServices;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// A user's own connections, one to each origin that it talks to: mostly one, so that they are a list to walk. A part
/// of its session, of one word.
/// </summary>
struct OwnConnections
{
    HttpConnection? first;

    /// <summary>The connection to an origin, made where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public HttpConnection To(HttpOrigin origin, HttpLoop http)
    {
        for (var connection = first; connection is not null; connection = connection.Next)
        {
            if (connection.Origin == origin) return connection;
        }

        return first = http.Create(origin, first, pool: null);
    }

    /// <summary>Closes all of them; what is in flight on one fails so.</summary>
    public readonly void Close(FailureKind failure, string reason)
    {
        for (var connection = first; connection is not null; connection = connection.Next)
        {
            connection.Close(failure, reason);
            connection.Dispose();
        }
    }
}
