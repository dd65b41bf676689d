using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Http;

/// <summary>
/// The addresses of one host, in the order in which a connection tries them: IPv4 and IPv6 in turn, IPv4 first, because
/// targets that listen on it alone are commoner than the reverse. Each connection begins one address further than the
/// one before, so that a name with several shares the load.
/// </summary>
sealed class AddressList
{
    /// <summary>Addresses that are kept of one name; a server that names more is reached at these.</summary>
    public const int MaxAddresses = 16;

    readonly IPEndPoint[] v4;
    readonly IPEndPoint[] v6;

    /// <param name="addresses">In any order; those beyond <see cref="MaxAddresses"/> are left out.</param>
    /// <param name="port">The port of all of them.</param>
    public AddressList(IEnumerable<IPAddress> addresses, int port)
    {
        var kept = addresses.Distinct().Take(MaxAddresses).Select(address => new IPEndPoint(address, port)).ToArray();
        v4 = [.. kept.Where(static one => one.AddressFamily == AddressFamily.InterNetwork)];
        v6 = [.. kept.Where(static one => one.AddressFamily == AddressFamily.InterNetworkV6)];
    }

    public int Count => v4.Length + v6.Length;

    /// <summary>Which address a connection tries at a time.</summary>
    /// <param name="turn">The connection's number.</param>
    /// <param name="attempt">0 for its first try, at most <see cref="Count"/> - 1.</param>
    public IPEndPoint At(uint turn, int attempt)
    {
        var both = 2 * Math.Min(v4.Length, v6.Length);
        var (family, step) = attempt < both
            ? (attempt % 2 == 0 ? v4 : v6, attempt / 2)
            : (v4.Length > v6.Length ? v4 : v6, attempt - both / 2);
        return family[(turn % (uint)family.Length + (uint)step) % (uint)family.Length];
    }
}
