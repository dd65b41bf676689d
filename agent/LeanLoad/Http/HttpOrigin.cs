using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Text;

namespace LeanLoad.Http;

/// <summary>A scheme, host and port, with its addresses and the header lines that each request to it carries, rendered once.</summary>
sealed class HttpOrigin
{
    /// <summary>After this an address is asked for anew, so that a target that moved is followed.</summary>
    static readonly TimeSpan AddressLifetime = TimeSpan.FromSeconds(60);

    readonly Lock gate = new();
    volatile IPAddress[]? addresses;
    Task? resolving;
    long resolvedAtMs;
    int preferred = 1;
    int turn;

    /// <param name="url">Any URL of the origin.</param>
    /// <param name="tls">Options for its TLS connections, shared by all of them; null for plain HTTP.</param>
    public HttpOrigin(Uri url, SslClientAuthenticationOptions? tls)
    {
        Tls = tls;
        Host = url.IdnHost;
        Port = url.Port;
        var authority = url.IsDefaultPort ? HostForHeader(url) : $"{HostForHeader(url)}:{Port}";
        FixedHeaders = Encoding.ASCII.GetBytes($"Host: {authority}\r\nUser-Agent: LeanLoad\r\n");
        Text = $"{url.Scheme}://{HostForHeader(url)}:{Port}";
        if (IPAddress.TryParse(url.IdnHost, out var literal)) addresses = [literal];
        IsLiteral = literal is not null;
    }

    public SslClientAuthenticationOptions? Tls { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Host and User-Agent lines.</summary>
    public byte[] FixedHeaders { get; }

    bool IsLiteral { get; }

    string Text { get; }

    /// <summary>The addresses, if they are known and fresh.</summary>
    public bool TryGetAddresses([NotNullWhen(true)] out IPAddress[]? known)
    {
        known = addresses;
        return known is not null && (IsLiteral || Environment.TickCount64 - Volatile.Read(ref resolvedAtMs) <= AddressLifetime.TotalMilliseconds);
    }

    /// <summary>With which address the next connection begins: each of the preferred family in turn.</summary>
    public int NextAddress() => (int)((uint)Interlocked.Increment(ref turn) % (uint)Volatile.Read(ref preferred));

    /// <summary>Asks the system for the addresses, once for all who ask meanwhile.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
    public Task ResolveAsync()
    {
        lock (gate)
        {
            // On a thread of the pool: name resolution blocks in the C library.
            if (resolving is null or { IsCompleted: true }) resolving = Task.Run(AskAsync);
            return resolving;
        }
    }

    public override string ToString() => Text;

    async Task AskAsync()
    {
        var found = await Dns.GetHostAddressesAsync(Host);
        // IPv4 first: targets that listen on it alone are commoner than the reverse. The other family is tried when these refuse.
        Array.Sort(found, static (left, right) => left.AddressFamily.CompareTo(right.AddressFamily));
        Volatile.Write(ref preferred, found.Count(address => address.AddressFamily == found[0].AddressFamily));
        Volatile.Write(ref resolvedAtMs, Environment.TickCount64);
        addresses = found;
    }

    static string HostForHeader(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
}
