using System.Text;

namespace LeanLoad.Http;

/// <summary>Where a redirect leads, and with what (RFC 9110 §15.4): pure, so that its table is tested as one.</summary>
/// <param name="Url">The new target, absolute.</param>
/// <param name="BecomesGet">Whether the method becomes GET, and the body and its headers are left out.</param>
/// <param name="IsSameOrigin">Whether scheme, host and port stay: only then credentials go along.</param>
readonly record struct RedirectRule(Uri Url, bool BecomesGet, bool IsSameOrigin)
{
    /// <summary>Redirects followed for one call, at most.</summary>
    public const int MaxHops = 10;

    /// <summary>Whether a status asks to go elsewhere; 300 and 304 do not.</summary>
    public static bool Applies(int status) => status is 301 or 302 or 303 or 307 or 308;

    /// <summary>Judges a redirect.</summary>
    /// <param name="status">One that applies.</param>
    /// <param name="method">The request's.</param>
    /// <param name="from">What was asked for.</param>
    /// <param name="location">The <c>Location</c>'s value.</param>
    /// <param name="rule">Where to go.</param>
    /// <returns>Null, or why it is not followed.</returns>
    public static string? Judge(
        int status, ReadOnlySpan<byte> method, Uri from, ReadOnlySpan<byte> location, out RedirectRule rule)
    {
        rule = default;
        var text = Encoding.UTF8.GetString(location);
        if (!Uri.TryCreate(from, text, out var to)) return $"its Location \"{Shown(text)}\" is no URL";
        if (to.Scheme is not ("http" or "https")) return $"its Location \"{Shown(text)}\" is neither http nor https";
        if (from.Scheme == "https" && to.Scheme == "http")
        {
            return $"it leads from https to \"{Shown(text)}\", where everything would be in the clear";
        }

        if (to.UserInfo.Length > 0) return $"its Location for the host {to.Host} holds a user name";
        // 301 and 302 turn POST into GET, as clients have always done; 303 every method that is not HEAD; 307 and 308
        // none.
        var becomesGet = status switch
        {
            301 or 302 => method.SequenceEqual("POST"u8),
            303 => !method.SequenceEqual("GET"u8) && !method.SequenceEqual("HEAD"u8),
            _ => false,
        };
        var isSameOrigin = from.Scheme == to.Scheme && from.IdnHost == to.IdnHost && from.Port == to.Port;
        rule = new RedirectRule(to, becomesGet, isSameOrigin);
        return null;
    }

    static string Shown(string text)
    {
        var printable =
            new string([.. text.Take(100).Select(static character => char.IsControl(character) ? '.' : character)]);
        return text.Length > 100 ? printable + "…" : printable;
    }
}
