namespace LeanLoad.Http;

/// <summary>
/// Which of the headers that the engine writes the author has given too. Host, User-Agent, Cookie, Content-Type and
/// Authorization take the place of the engine's; those that frame the message or decide about the connection are the
/// engine's own and refused, but for <c>Connection: close</c>.
/// </summary>
[Flags]
enum OwnHeaders : byte
{
    None = 0,
    Host = 1,
    UserAgent = 2,
    Cookie = 4,
    ContentType = 8,
    Close = 16,
}

/// <summary>The rule of <see cref="OwnHeaders"/>.</summary>
static class OwnHeaderRule
{
    /// <summary>Looks through the headers of one request.</summary>
    /// <returns>Null, or why the request can't be sent.</returns>
    public static string? Check(ReadOnlySpan<HttpHeader> headers, out OwnHeaders own)
    {
        own = OwnHeaders.None;
        foreach (ref readonly var header in headers)
        {
            var found = Of(header);
            if (found is OwnHeaders.Host && (own & OwnHeaders.Host) != 0)
            {
                return "the header Host is given twice (RFC 9112 §3.2)";
            }

            if (found is OwnHeaders.Host && !IsHost(header.Value))
            {
                return $"\"{RequestWriter.Printable(header.Value)}\" is no value for Host (RFC 9110 §7.2)";
            }

            if (found is not { } allowed) return Refusal(header);
            own |= allowed;
        }

        return null;
    }

    /// <summary>Null: refused.</summary>
    static OwnHeaders? Of(in HttpHeader header) => header.Name?.Length switch
    {
        2 when Is(header, "TE") => null,
        4 when Is(header, "Host") => OwnHeaders.Host,
        6 when Is(header, "Cookie") => OwnHeaders.Cookie,
        7 when Is(header, "Upgrade") || Is(header, "Trailer") => null,
        10 when Is(header, "Keep-Alive") => null,
        10 when Is(header, "User-Agent") => OwnHeaders.UserAgent,
        10 when Is(header, "Connection") =>
            header.Value.Trim().Equals("close", StringComparison.OrdinalIgnoreCase) ? OwnHeaders.Close : null,
        12 when Is(header, "Content-Type") => OwnHeaders.ContentType,
        14 when Is(header, "Content-Length") => null,
        16 when Is(header, "Proxy-Connection") => null,
        17 when Is(header, "Transfer-Encoding") => null,
        _ => OwnHeaders.None,
    };

    static string Refusal(in HttpHeader header) =>
        $"the header \"{header.Name}: {RequestWriter.Printable(header.Value)}\" is the engine's own: it frames the "
        + "message and keeps the connection; "
        + (Is(header, "Connection") ? "only \"close\" can be asked for" : "leave it out");

    // uri-host [":" port]: what may stand in one, no more (RFC 3986 §3.2.2).
    static bool IsHost(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExcept(HostCharacters);

    static bool Is(in HttpHeader header, string name) => name.Equals(header.Name, StringComparison.OrdinalIgnoreCase);

    static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create(
            "!$&'()*+,;=-._~%:[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
