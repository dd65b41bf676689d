using System.Globalization;
using System.Net;

namespace LeanLoad.Http;

/// <summary>
/// One <c>--resolve</c>: where a host is, whatever the system's resolver says. The requests keep its name in Host and
/// in TLS.
/// </summary>
/// <param name="Host">The name, in lower case; <c>*</c> for every host.</param>
/// <param name="Port">The port of the URL.</param>
/// <param name="Addresses">One or more, tried as those of any name.</param>
sealed record ResolveRule(string Host, int Port, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Whether it speaks of this host and port.</summary>
    public bool Matches(string host, int port) =>
        port == Port && (Host == "*" || Host.Equals(host, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Reads one or several, parted by white space, as curl writes them: <c>host:port:address[,address]…</c>.
    /// </summary>
    public static bool TryParse(string text, out ResolveRule[] rules, out string? problem)
    {
        var read = new List<ResolveRule>();
        rules = [];
        problem = "names no address; write host:port:address, such as shop.example:443:127.0.0.1";
        foreach (var one in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = one.Split(':', 3);
            if (parts.Length < 3 || parts[0].Length == 0 || parts[2].Length == 0)
            {
                problem =
                    $"is not host:port:address, such as shop.example:443:127.0.0.1 (IPv6: shop.example:443:[::1])";
                return false;
            }

            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                || port is < 1 or > 65535)
            {
                problem = $"has \"{parts[1]}\" where the port from 1 to 65535 belongs";
                return false;
            }

            var addresses = new List<IPAddress>();
            foreach (var word in parts[2].Split(','))
            {
                if (!IPAddress.TryParse(word.Trim('[', ']'), out var address))
                {
                    problem = $"has \"{word}\" where an IPv4 or IPv6 address belongs";
                    return false;
                }

                addresses.Add(address);
            }

            read.Add(new ResolveRule(parts[0].ToLowerInvariant(), port, addresses));
        }

        if (read.Count == 0) return false;
        // As with curl, the last word on a host and port counts.
        read.Reverse();
        (rules, problem) = ([.. read], null);
        return true;
    }
}
