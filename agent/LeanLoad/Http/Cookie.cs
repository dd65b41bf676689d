namespace LeanLoad.Http;

/// <summary>
/// One cookie as a jar keeps it (RFC 6265bis §5.7): its text as it is sent, where it belongs, until when.
/// </summary>
/// <param name="Text">"name=value", or the value alone where it has no name.</param>
/// <param name="NameLength">How much of it is the name.</param>
/// <param name="Domain">In lower case; the host it came from where <paramref name="IsHostOnly"/>.</param>
/// <param name="Path">Begins with a slash.</param>
/// <param name="ExpiresAtMs">Unix time; <see cref="long.MaxValue"/> for the length of the user's life.</param>
/// <param name="IsHostOnly">Whether hosts below the domain do not get it.</param>
/// <param name="IsSecure">Whether it goes over https alone.</param>
sealed record Cookie(
    byte[] Text, int NameLength, string Domain, byte[] Path, long ExpiresAtMs, bool IsHostOnly, bool IsSecure)
{
    /// <summary>When the jar took it, as a running number.</summary>
    public int Age { get; set; }

    /// <summary>
    /// What it takes of a jar's bytes: its texts, this object (80), two arrays' heads (32) and a string's (24).
    /// </summary>
    public int Bytes => Text.Length + Path.Length + Domain.Length * 2 + 136;

    public ReadOnlySpan<byte> Name => Text.AsSpan(0, NameLength);

    public ReadOnlySpan<byte> Value => NameLength == 0 ? Text : Text.AsSpan(NameLength + 1);

    /// <summary>Whether the other one takes its place (RFC 6265bis §5.7).</summary>
    public bool IsSameAs(Cookie other) => IsHostOnly == other.IsHostOnly && Name.SequenceEqual(other.Name)
        && Domain == other.Domain && Path.AsSpan().SequenceEqual(other.Path);

    /// <summary>Whether it goes with a request (RFC 6265bis §5.8.3).</summary>
    public bool Matches(string host, ReadOnlySpan<byte> path, bool isSecure, long nowMs) =>
        ExpiresAtMs > nowMs && (isSecure || !IsSecure) && (IsHostOnly ? host == Domain : DomainMatches(host, Domain))
            && PathMatches(path, Path);

    /// <summary>The host itself, or a name below it; an address is below nothing (RFC 6265bis §5.1.3).</summary>
    public static bool DomainMatches(string host, string domain) => host == domain
        || (host.Length > domain.Length && host[^(domain.Length + 1)] == '.'
            && host.EndsWith(domain, StringComparison.Ordinal)
            && !System.Net.IPAddress.TryParse(host, out _));

    /// <summary>RFC 6265bis §5.1.4.</summary>
    public static bool PathMatches(ReadOnlySpan<byte> path, ReadOnlySpan<byte> cookiePath) =>
        path.StartsWith(cookiePath)
        && (path.Length == cookiePath.Length || cookiePath[^1] == '/' || path[cookiePath.Length] == '/');
}
