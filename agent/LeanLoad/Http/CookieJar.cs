namespace LeanLoad.Http;

/// <summary>
/// The cookies of one user (RFC 6265bis), made when the first one comes: a user that never gets one pays a null. At
/// most 50 cookies and 16 KiB; beyond that those that have been there longest go. A request with cookies allocates
/// nothing.
/// </summary>
/// <remarks>
/// There is no list of public suffixes: a Domain of a single label is refused, one like <c>co.uk</c> is not. SameSite
/// is read by nobody, since a load test has no other site that could ask.
/// </remarks>
sealed class CookieJar
{
    public const int MaxCookies = 50;

    public const int MaxBytes = 16 << 10;

    // In the order in which they are sent: longer paths first, and among equals whoever was there first (RFC 6265bis
    // §5.8.3).
    readonly List<Cookie> cookies = new(4);
    int taken;

    /// <summary>The present, as cookies' times are given: Unix time in milliseconds.</summary>
    public static long NowMs() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Takes what a response sets into a user's jar, which is made when the first one comes.</summary>
    /// <param name="jar">The user's; null where it has none.</param>
    /// <param name="head">The response's head.</param>
    /// <param name="sent">The request's, which says the path.</param>
    /// <param name="origin">Who sent it.</param>
    public static void Take(ref CookieJar? jar, ReadOnlySpan<byte> head, ReadOnlySpan<byte> sent, HttpOrigin origin)
    {
        var target = sent[(sent.IndexOf((byte)' ') + 1)..];
        target = target[..Math.Max(target.IndexOf((byte)' '), 0)];
        var (now, isSecure) = (NowMs(), origin.Tls is not null);
        foreach (var value in new HeaderValues(head, "Set-Cookie"))
        {
            if (SetCookie.Read(value, origin.Host, target, isSecure, now) is { } cookie)
            {
                (jar ??= new()).Store(cookie, isSecure, now);
            }
        }
    }

    /// <summary>How many there are, expired ones included until somebody meets them.</summary>
    public int Count => cookies.Count;

    /// <summary>What they take.</summary>
    public int Bytes { get; private set; }

    /// <summary>
    /// The value of the first cookie of a name that would be sent to a host; empty and false where there is none.
    /// </summary>
    public bool TryGet(ReadOnlySpan<byte> name, long nowMs, out ReadOnlySpan<byte> value)
    {
        foreach (var cookie in cookies)
        {
            if (cookie.ExpiresAtMs <= nowMs || !cookie.Name.SequenceEqual(name)) continue;
            value = cookie.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>
    /// Takes a cookie that <see cref="SetCookie"/> has read; one that has expired removes what it replaces.
    /// </summary>
    /// <param name="cookie">It.</param>
    /// <param name="isSecure">Whether it came over https.</param>
    /// <param name="nowMs">Unix time.</param>
    public void Store(Cookie cookie, bool isSecure, long nowMs)
    {
        // Whoever may write to the plain connection must not displace what https has set (RFC 6265bis §5.7, step 13).
        if (!isSecure && !cookie.IsSecure && cookies.Exists(kept => ShadowsSecure(kept, cookie))) return;
        var at = cookies.FindIndex(cookie.IsSameAs);
        if (cookie.ExpiresAtMs <= nowMs)
        {
            if (at >= 0) RemoveAt(at);
            return;
        }

        // In its old place it keeps its time of creation (step 17).
        if (at >= 0)
        {
            Bytes += cookie.Bytes - cookies[at].Bytes;
            cookie.Age = cookies[at].Age;
            cookies[at] = cookie;
        }
        else
        {
            Bytes += cookie.Bytes;
            cookies.Insert(PlaceOf(cookie), cookie);
            cookie.Age = taken++;
        }

        Evict(nowMs);
    }

    /// <summary>Writes the <c>Cookie</c> header, where there is something for it.</summary>
    public void AppendTo(RequestWriter writer, string host, ReadOnlySpan<byte> target, bool isSecure, long nowMs)
    {
        var path = PathOf(target);
        var isFirst = true;
        foreach (var cookie in cookies)
        {
            if (!cookie.Matches(host, path, isSecure, nowMs)) continue;
            writer.Append(isFirst ? "Cookie: "u8 : "; "u8);
            writer.Append(cookie.Text);
            isFirst = false;
        }

        if (!isFirst) writer.Append("\r\n"u8);
    }

    public void Clear()
    {
        cookies.Clear();
        Bytes = 0;
    }

    /// <summary>Of a request target, what comes before the query.</summary>
    public static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> target)
    {
        var end = target.IndexOfAny((byte)'?', (byte)'#');
        return end < 0 ? target : target[..end];
    }

    int PlaceOf(Cookie cookie)
    {
        var place = 0;
        while (place < cookies.Count && cookies[place].Path.Length >= cookie.Path.Length) place++;
        return place;
    }

    void Evict(long nowMs)
    {
        if (cookies.Count <= MaxCookies && Bytes <= MaxBytes) return;
        for (var index = cookies.Count - 1; index >= 0; index--)
        {
            if (cookies[index].ExpiresAtMs <= nowMs) RemoveAt(index);
        }

        while (cookies.Count > MaxCookies || Bytes > MaxBytes)
        {
            RemoveAt(cookies.IndexOf(cookies.MinBy(static cookie => cookie.Age)!));
        }
    }

    void RemoveAt(int index)
    {
        Bytes -= cookies[index].Bytes;
        cookies.RemoveAt(index);
    }

    static bool ShadowsSecure(Cookie kept, Cookie coming) => kept.IsSecure && kept.Name.SequenceEqual(coming.Name)
        && (Cookie.DomainMatches(kept.Domain, coming.Domain) || Cookie.DomainMatches(coming.Domain, kept.Domain))
        && Cookie.PathMatches(coming.Path, kept.Path);
}
