namespace LeanLoad.Http;

/// <summary>The requests of one user: its own connection, its cookies. One request at a time.</summary>
public sealed class HttpSession
{
    /// <summary>GET of a path below <c>--url</c>, or of an absolute URL.</summary>
    /// <param name="url">The path; an interpolated string's holes are percent-encoded, and its template is the request's name.</param>
    /// <param name="bearer">The token of an <c>Authorization: Bearer</c> header; null for none.</param>
    /// <param name="keep">What of the response is kept.</param>
    /// <param name="headers">Further headers.</param>
    public ValueTask<HttpResponse> Get(string url, string? bearer = null, Keep keep = Keep.Nothing, params ReadOnlySpan<HttpHeader> headers) =>
        throw new NotImplementedException();
}
