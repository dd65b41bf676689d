using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LeanLoad.Agent.Registry;

/// <summary>
/// Where a token is to be had, as a registry says it in <c>WWW-Authenticate</c> (RFC 9110 §11.6.1, RFC 6750 §3).
/// </summary>
/// <param name="Realm">The token endpoint.</param>
/// <param name="Service">What the token is for; null where the registry does not say.</param>
sealed record BearerChallenge(Uri Realm, string? Service)
{
    /// <summary>Where a token to pull <paramref name="image"/> is had.</summary>
    public string TokenUrl(string image)
    {
        var separator = Realm.Query.Length > 0 ? '&' : '?';
        var service = Service is null ? "" : $"service={Uri.EscapeDataString(Service)}&";
        return $"{Realm.AbsoluteUri}{separator}{service}scope={Uri.EscapeDataString($"repository:{image}:pull")}";
    }

    /// <summary>
    /// Reads <c>Bearer realm="https://…",service="…"</c>: parameters in any order, names in any case, values quoted or
    /// not.
    /// </summary>
    public static bool TryParse(string header, [NotNullWhen(true)] out BearerChallenge? challenge)
    {
        challenge = null;
        const string scheme = "Bearer ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return false;
        string? realm = null, service = null;
        var rest = header.AsSpan(scheme.Length).Trim();
        while (!rest.IsEmpty)
        {
            if (!TryTakeParameter(ref rest, out var name, out var value)) return false;
            if (name.Equals("realm", StringComparison.OrdinalIgnoreCase)) realm = value;
            if (name.Equals("service", StringComparison.OrdinalIgnoreCase)) service = value;
        }

        if (!Uri.TryCreate(realm, UriKind.Absolute, out var address)) return false;
        if (address.Scheme is not ("http" or "https")) return false;
        challenge = new BearerChallenge(address, service);
        return true;
    }

    static bool TryTakeParameter(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out string value)
    {
        name = default;
        value = "";
        var equals = rest.IndexOf('=');
        if (equals <= 0) return false;
        name = rest[..equals].TrimEnd();
        rest = rest[(equals + 1)..].TrimStart();
        if (!TryTakeValue(ref rest, out value)) return false;
        rest = rest.TrimStart();
        if (rest.IsEmpty) return true;
        if (rest[0] != ',') return false;
        // A list may have empty elements (RFC 9110 §5.6.1).
        rest = rest.TrimStart(", \t");
        return true;
    }

    static bool TryTakeValue(ref ReadOnlySpan<char> rest, out string value)
    {
        value = "";
        if (rest.IsEmpty) return false;
        if (rest[0] != '"')
        {
            var end = rest.IndexOfAny(",\t ");
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? default : rest[end..];
            return value.Length > 0;
        }

        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            // quoted-pair (RFC 9110 §5.6.4): a backslash says that the next character means itself.
            if (rest[i] == '\\' && ++i == rest.Length) return false;
            text.Append(rest[i]);
        }

        return false;
    }
}
