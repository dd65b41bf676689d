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

    /// <summary>The body was to be kept and exceeds 64 MiB.</summary>
    TooLarge,

    /// <summary>The request could not be rendered: a line break or NUL in a header or URL.</summary>
    Request,

    /// <summary>The load file rejected the response: a check failed, or it said so.</summary>
    Rejected,

    /// <summary>The run ended while the request was in flight.</summary>
    Cut,

    /// <summary>What the load file measured threw an exception.</summary>
    Threw,

    /// <summary>
    /// The agent's own system has no source port left for the target's address (EADDRNOTAVAIL): the generator is the
    /// limit.
    /// </summary>
    NoPorts,

    /// <summary>
    /// The agent's own process or system has no descriptor left (EMFILE, ENFILE): the generator is the limit.
    /// </summary>
    NoDescriptors,

    /// <summary>Status line and headers exceed 64 KiB.</summary>
    HeadTooLarge,

    /// <summary>More than 256 headers.</summary>
    TooManyHeaders,

    /// <summary>More than 16 interim responses (1xx) before the final one.</summary>
    TooManyInterim,

    /// <summary>A chunk-size line exceeds 4 KiB, 16 hexadecimal digits, or 2^63.</summary>
    ChunkLineTooLong,

    /// <summary>The chunk extensions and trailers of one body exceed 16 KiB.</summary>
    ChunkOverhead,

    /// <summary>More than 10 redirects were followed.</summary>
    TooManyRedirects,

    /// <summary>
    /// A redirect that was to be followed leads where it must not: from https to http, to another scheme, or nowhere.
    /// </summary>
    RedirectRefused,

    /// <summary>
    /// The body was to be kept, and is not in the coding it claims, or in one that can't be undone here.
    /// </summary>
    Undecodable,

    /// <summary>The body was to be kept, and decoded exceeds 16 MiB, or 1,000 times its size once over 1 MiB.</summary>
    DecodedTooLarge,
}
