namespace LeanLoad.Http;

/// <summary>What a call says about its request, beside the URL.</summary>
readonly ref struct RequestParts(
    ReadOnlySpan<byte> method, RequestBody body, string? bearer, BasicCredential? basic, Keep keep, bool? redirects,
    ReadOnlySpan<HttpHeader> headers)
{
    /// <summary>Empty: what was given is none.</summary>
    public ReadOnlySpan<byte> Method { get; } = method;

    public RequestBody Body { get; } = body;

    public string? Bearer => bearer;

    public BasicCredential? Basic => basic;

    public Keep Keep => keep;

    public bool? Redirects => redirects;

    public ReadOnlySpan<HttpHeader> Headers { get; } = headers;

    /// <summary>Whether the URL is all that makes the request: GET or HEAD, and nothing else said.</summary>
    public bool IsUrlAlone =>
        bearer is null && basic is null && Headers.IsEmpty && Body.Kind == BodyKind.None
        && (Method.SequenceEqual("GET"u8) || IsHead);

    public bool IsHead => Method.SequenceEqual("HEAD"u8);

    /// <summary>Whether it may be sent twice.</summary>
    public bool IsIdempotent => IsRepeatable(Method);

    /// <summary>Whether a body is expected, so that none is said to be 0 bytes long (RFC 9110 §8.6).</summary>
    public bool ExpectsBody => Method[0] == 'P'
        && (Method.SequenceEqual("POST"u8) || Method.SequenceEqual("PUT"u8) || Method.SequenceEqual("PATCH"u8));

    /// <summary>Whether a request of a method may be sent twice (RFC 9110 §9.2.2).</summary>
    /// <param name="method">Not empty.</param>
    public static bool IsRepeatable(ReadOnlySpan<byte> method) => method[0] switch
    {
        (byte)'G' => method.SequenceEqual("GET"u8),
        (byte)'H' => method.SequenceEqual("HEAD"u8),
        (byte)'P' => method.SequenceEqual("PUT"u8),
        (byte)'D' => method.SequenceEqual("DELETE"u8),
        (byte)'O' => method.SequenceEqual("OPTIONS"u8),
        (byte)'T' => method.SequenceEqual("TRACE"u8),
        _ => false,
    };
}
