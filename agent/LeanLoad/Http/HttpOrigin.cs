using System.Net;
using System.Text;

namespace LeanLoad.Http;

/// <summary>A scheme, host and port, with its address and the header lines that each request to it carries, rendered once.</summary>
sealed class HttpOrigin
{
    /// <summary>After this an address is asked for anew, so that a target that moved is followed.</summary>
    static readonly TimeSpan AddressLifetime = TimeSpan.FromSeconds(60);

    volatile IPAddress[]? addresses;
    long resolvedAtMs;
    int turn;

    public HttpOrigin(Uri url)
    {
        IsTls = url.Scheme == Uri.UriSchemeHttps;
        Host = url.IdnHost;
        Port = url.Port;
        var authority = url.IsDefaultPort ? HostForHeader(url) : $"{HostForHeader(url)}:{Port}";
        FixedHeaders = Encoding.ASCII.GetBytes($"Host: {authority}\r\nUser-Agent: LeanLoad\r\n");
        if (IPAddress.TryParse(url.IdnHost, out var literal)) addresses = [literal];
        IsLiteral = literal is not null;
    }

    public bool IsTls { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Host and User-Agent lines.</summary>
    public byte[] FixedHeaders { get; }

    bool IsLiteral { get; }

    /// <summary>An address, if one is known and fresh; several are taken in turn.</summary>
    public bool TryGetAddress(out IPEndPoint? address)
    {
        var known = addresses;
        if (known is null || (!IsLiteral && Environment.TickCount64 - Volatile.Read(ref resolvedAtMs) > AddressLifetime.TotalMilliseconds))
        {
            address = null;
            return false;
        }

        address = new IPEndPoint(known[(int)((uint)Interlocked.Increment(ref turn) % (uint)known.Length)], Port);
        return true;
    }

    /// <summary>Asks the system for the addresses.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name does not resolve.</exception>
    public async Task ResolveAsync(CancellationToken cancel)
    {
        var found = await Dns.GetHostAddressesAsync(Host, cancel);
        // IPv4 first: targets that listen on it alone are commoner than the reverse, and a user has one connection to try.
        Array.Sort(found, static (left, right) => left.AddressFamily.CompareTo(right.AddressFamily));
        Volatile.Write(ref resolvedAtMs, Environment.TickCount64);
        addresses = found;
    }

    public override string ToString() => $"{(IsTls ? "https" : "http")}://{Host}:{Port}";

    static string HostForHeader(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
}
