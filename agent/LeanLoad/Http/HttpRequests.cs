using System.Runtime.CompilerServices;

namespace LeanLoad.Http;

/// <summary>
/// The requests that an author's code can send, each awaited before the next. A URL is a path below <c>--url</c>, empty
/// for <c>--url</c> itself, or an absolute address; its text is the request's name in every table, and where it is an
/// interpolated string its template is: the holes are percent-encoded, and nothing is allocated.
/// </summary>
public abstract class HttpRequests
{
    internal HttpRequests()
    {
    }

    /// <summary>GET.</summary>
    /// <param name="url">The path below <c>--url</c>.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="basic">User and secret of an <c>Authorization: Basic</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept until the next request.</param>
    /// <param name="redirects">Whether redirects are followed; null: as <c>--redirects</c> says.</param>
    /// <param name="headers">Further headers. Host, User-Agent, Cookie and Content-Type take the place of the engine's;
    /// those that frame the message are refused.</param>
    /// <exception cref="InvalidOperationException">The user's last request is still in flight.</exception>
    public ValueTask<HttpResponse> Get(
        string url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("GET"u8, default, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Get(string, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Get(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, string? bearer = null,
        BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("GET"u8, default, bearer, basic, keep, redirects, headers));

    /// <summary>HEAD: as GET, but the server sends no body.</summary>
    /// <inheritdoc cref="Get(string, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Head(
        string url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("HEAD"u8, default, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Head(string, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Head(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, string? bearer = null,
        BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("HEAD"u8, default, bearer, basic, keep, redirects, headers));

    /// <summary>POST.</summary>
    /// <param name="url">The path below <c>--url</c>.</param>
    /// <param name="body">Bytes, or what <see cref="RequestBody"/> makes: JSON, a form, a file.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="basic">User and secret of an <c>Authorization: Basic</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept until the next request.</param>
    /// <param name="redirects">Whether redirects are followed; null: as <c>--redirects</c> says.</param>
    /// <param name="headers">Further headers. Host, User-Agent, Cookie and Content-Type take the place of the engine's;
    /// those that frame the message are refused.</param>
    /// <exception cref="InvalidOperationException">The user's last request is still in flight.</exception>
    public ValueTask<HttpResponse> Post(
        string url, RequestBody body, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("POST"u8, body, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Post(string, RequestBody, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Post(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, RequestBody body, string? bearer = null,
        BasicCredential? basic = null,
        Keep keep = Keep.Nothing, bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("POST"u8, body, bearer, basic, keep, redirects, headers));

    /// <summary>PUT.</summary>
    /// <inheritdoc cref="Post(string, RequestBody, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Put(
        string url, RequestBody body, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("PUT"u8, body, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Put(string, RequestBody, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Put(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, RequestBody body, string? bearer = null,
        BasicCredential? basic = null,
        Keep keep = Keep.Nothing, bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("PUT"u8, body, bearer, basic, keep, redirects, headers));

    /// <summary>PATCH.</summary>
    /// <inheritdoc cref="Post(string, RequestBody, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Patch(
        string url, RequestBody body, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("PATCH"u8, body, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Patch(string, RequestBody, string?, BasicCredential?, Keep, bool?,
    /// ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Patch(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, RequestBody body, string? bearer = null,
        BasicCredential? basic = null,
        Keep keep = Keep.Nothing, bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("PATCH"u8, body, bearer, basic, keep, redirects, headers));

    /// <summary>DELETE.</summary>
    /// <inheritdoc cref="Get(string, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Delete(
        string url, string? bearer = null, BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers) =>
        Send(url, new("DELETE"u8, default, bearer, basic, keep, redirects, headers));

    /// <inheritdoc cref="Delete(string, string?, BasicCredential?, Keep, bool?, ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Delete(
        [InterpolatedStringHandlerArgument("")] ref UrlHandler url, string? bearer = null,
        BasicCredential? basic = null, Keep keep = Keep.Nothing,
        bool? redirects = null, params ReadOnlySpan<HttpHeader> headers) =>
        Send(in url, new("DELETE"u8, default, bearer, basic, keep, redirects, headers));

    /// <summary>
    /// Any method: OPTIONS, TRACE, PROPFIND or a token of your own (RFC 9110 §5.6.2); CONNECT is refused.
    /// </summary>
    /// <param name="method">Sent as it is: methods are case-sensitive.</param>
    /// <param name="url">The path below <c>--url</c>.</param>
    /// <param name="body">What the request carries; default: nothing.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="basic">User and secret of an <c>Authorization: Basic</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept until the next request.</param>
    /// <param name="redirects">Whether redirects are followed; null: as <c>--redirects</c> says.</param>
    /// <param name="headers">Further headers.</param>
    /// <exception cref="InvalidOperationException">The user's last request is still in flight.</exception>
    public ValueTask<HttpResponse> Send(
        string method, string url, RequestBody body = default, string? bearer = null, BasicCredential? basic = null,
        Keep keep = Keep.Nothing,
        bool? redirects = null, params ReadOnlySpan<HttpHeader> headers)
    {
        Span<byte> token = stackalloc byte[RequestWriter.MaxMethodBytes];
        return Send(url, new(RequestWriter.MethodToken(method, token), body, bearer, basic, keep, redirects, headers));
    }

    /// <inheritdoc cref="Send(string, string, RequestBody, string?, BasicCredential?, Keep, bool?,
    /// ReadOnlySpan{HttpHeader})"/>
    public ValueTask<HttpResponse> Send(
        string method, [InterpolatedStringHandlerArgument("")] ref UrlHandler url, RequestBody body = default,
        string? bearer = null,
        BasicCredential? basic = null, Keep keep = Keep.Nothing, bool? redirects = null,
        params ReadOnlySpan<HttpHeader> headers)
    {
        Span<byte> token = stackalloc byte[RequestWriter.MaxMethodBytes];
        return Send(in url,
            new(RequestWriter.MethodToken(method, token), body, bearer, basic, keep, redirects, headers));
    }

    /// <summary>Begins a new request: the response before is gone from now on.</summary>
    internal abstract RequestWriter BeginUrl();

    /// <summary>Sends what <see cref="BeginUrl"/> has begun.</summary>
    private protected abstract ValueTask<HttpResponse> Send(scoped in RequestParts parts);

    /// <summary>Sends a request to a URL as the author wrote it.</summary>
    private protected abstract ValueTask<HttpResponse> Send(string url, scoped in RequestParts parts);

    ValueTask<HttpResponse> Send(in UrlHandler url, scoped in RequestParts parts)
    {
        _ = url;
        return Send(parts);
    }
}
