using System.Text;

namespace LeanLoad.Http;

/// <summary>
/// Reads a <c>Set-Cookie</c> value as RFC 6265bis §5.6 and §5.7 have it: forgiving about its form, strict about whose
/// it may be. Allocates; it runs only where a server sets one.
/// </summary>
static class SetCookie
{
    const int MaxPairBytes = 4096;
    const int MaxAttributeBytes = 1024;

    // RFC 6265bis §5.5: no longer than 400 days.
    const long MaxAgeMs = 400L * 24 * 3600 * 1000;

    /// <summary>What a server may set.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="host">The request's host, in lower case.</param>
    /// <param name="target">The request's target.</param>
    /// <param name="isSecure">Whether it came over https.</param>
    /// <param name="nowMs">Unix time.</param>
    /// <returns>Null: it is ignored.</returns>
    public static Cookie? Read(
        ReadOnlySpan<byte> value, string host, ReadOnlySpan<byte> target, bool isSecure, long nowMs)
    {
        if (HasControl(value)) return null;
        var pair = Take(ref value, (byte)';');
        var equals = pair.IndexOf((byte)'=');
        var name = equals < 0 ? default : pair[..equals].Trim(" \t"u8);
        var content = pair[(equals + 1)..].Trim(" \t"u8);
        if (name.Length + content.Length is 0 or > MaxPairBytes) return null;
        var attributes = new Attributes();
        while (!value.IsEmpty) attributes.Read(Take(ref value, (byte)';'), nowMs);
        if (attributes.Domain is { Length: > 0 } domain ? !MayBeFor(host, domain) : false) return null;
        if (attributes.IsSecure && !isSecure) return null;
        var isHostOnly = attributes.Domain is not { Length: > 0 }
            || attributes.Domain == host && !host.Contains('.', StringComparison.Ordinal);
        if (!KeepsPromise(name.IsEmpty ? content : name, attributes, isNameless: name.IsEmpty)) return null;
        var path = attributes.Path ?? DefaultPath(target).ToArray();
        byte[] text = name.IsEmpty ? content.ToArray() : [.. name, (byte)'=', .. content];
        var until = attributes.MaxAgeAtMs ?? attributes.ExpiresAtMs ?? long.MaxValue;
        if (until != long.MaxValue) until = Math.Min(until, nowMs + MaxAgeMs);
        return new Cookie(text, name.Length, isHostOnly ? host : attributes.Domain!, path, until, isHostOnly,
            attributes.IsSecure);
    }

    /// <summary>The path's directory, without its slash (RFC 6265bis §5.1.4).</summary>
    public static ReadOnlySpan<byte> DefaultPath(ReadOnlySpan<byte> target)
    {
        var path = CookieJar.PathOf(target);
        var last = path.LastIndexOf((byte)'/');
        return last <= 0 || path[0] != '/' ? "/"u8 : path[..last];
    }

    /// <summary>Its own name, or one it lies below; never a single label that is not the host itself.</summary>
    static bool MayBeFor(string host, string domain) =>
        host == domain || (domain.Contains('.', StringComparison.Ordinal) && Cookie.DomainMatches(host, domain));

    /// <summary>
    /// Names that promise how they were set (RFC 6265bis §4.1.3, §5.7 steps 20 to 22), in any case; nameless ones must
    /// not look like them.
    /// </summary>
    static bool KeepsPromise(ReadOnlySpan<byte> name, in Attributes attributes, bool isNameless)
    {
        if (StartsWith(name, "__Secure-"u8)) return !isNameless && attributes.IsSecure;
        if (!StartsWith(name, "__Host-"u8)) return true;
        return !isNameless && attributes.IsSecure && attributes.Domain is not { Length: > 0 }
            && attributes.Path is [(byte)'/'];
    }

    static bool StartsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);

    static bool HasControl(ReadOnlySpan<byte> value)
    {
        foreach (var octet in value)
        {
            if (octet is < 32 and not (byte)'\t' or 127) return true;
        }

        return false;
    }

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, byte separator)
    {
        var end = rest.IndexOf(separator);
        var taken = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return taken;
    }

    struct Attributes
    {
        public string? Domain { get; private set; }

        public byte[]? Path { get; private set; }

        public bool IsSecure { get; private set; }

        public long? MaxAgeAtMs { get; private set; }

        public long? ExpiresAtMs { get; private set; }

        /// <summary>The last of a name counts.</summary>
        public void Read(ReadOnlySpan<byte> attribute, long nowMs)
        {
            var equals = attribute.IndexOf((byte)'=');
            var name = (equals < 0 ? attribute : attribute[..equals]).Trim(" \t"u8);
            var value = equals < 0 ? default : attribute[(equals + 1)..].Trim(" \t"u8);
            if (value.Length > MaxAttributeBytes) return;
            if (Ascii.EqualsIgnoreCase(name, "secure"u8)) IsSecure = true;
            else if (Ascii.EqualsIgnoreCase(name, "domain"u8)) Domain = Canonical(value);
            else if (Ascii.EqualsIgnoreCase(name, "path"u8))
            {
                Path = value.IsEmpty || value[0] != '/' ? null : value.ToArray();
            }
            else if (Ascii.EqualsIgnoreCase(name, "max-age"u8)) ReadMaxAge(value, nowMs);
            else if (Ascii.EqualsIgnoreCase(name, "expires"u8) && CookieDate.TryRead(value, out var at))
            {
                ExpiresAtMs = at;
            }
        }

        static string Canonical(ReadOnlySpan<byte> domain)
        {
            if (!domain.IsEmpty && domain[0] == '.') domain = domain[1..];
            return Encoding.Latin1.GetString(domain).ToLowerInvariant();
        }

        void ReadMaxAge(ReadOnlySpan<byte> value, long nowMs)
        {
            var digits = !value.IsEmpty && value[0] == '-' ? value[1..] : value;
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return;
            if (value[0] == '-' || digits.IndexOfAnyExcept((byte)'0') < 0) MaxAgeAtMs = long.MinValue;
            else if (System.Buffers.Text.Utf8Parser.TryParse(digits, out long seconds, out _))
            {
                MaxAgeAtMs = nowMs + Math.Min(seconds, MaxAgeMs / 1000) * 1000;
            }
            else MaxAgeAtMs = nowMs + MaxAgeMs;
        }
    }
}
