namespace LeanLoad.Stats;

/// <summary>Why a request has no usable response. Counted by kind, the first example of each kept.</summary>
public enum FailureKind : byte
{
    /// <summary>None: the response arrived whole.</summary>
    None,

    /// <summary>The host name does not resolve.</summary>
    Resolve,

    /// <summary>The target refused the connection, or none could be made.</summary>
    Connect,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The connection ended before the response was whole.</summary>
    Closed,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>What came is no HTTP/1.x response (RFC 9112).</summary>
    Malformed,

    /// <summary>The response exceeds a limit: headers over 64 KiB, more than 256 of them, a chunk line over 4 KiB, 16 interim responses.</summary>
    TooLarge,

    /// <summary>The request could not be rendered: a line break or NUL in a header or URL.</summary>
    Request,

    /// <summary>The load file rejected the response: a check failed, or it said so.</summary>
    Rejected,

    /// <summary>The run ended while the request was in flight.</summary>
    Cut,

    /// <summary>What the load file measured threw an exception.</summary>
    Threw,
}
