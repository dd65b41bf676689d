using System.Text;
using LeanLoad.Tls;

namespace LeanLoad.Http;

/// <summary>
/// A scheme, host and port, with its addresses and the header lines that each request to it carries, rendered once.
/// </summary>
sealed class HttpOrigin
{
    /// <param name="url">Any URL of the origin.</param>
    /// <param name="tls">How it is known to TLS; null for plain HTTP.</param>
    /// <param name="settings">How to reach it.</param>
    public HttpOrigin(Uri url, TlsTarget? tls, HttpSettings settings)
    {
        Tls = tls;
        Host = url.IdnHost;
        Port = url.Port;
        var authority = url.IsDefaultPort ? HostForHeader(url) : $"{HostForHeader(url)}:{Port}";
        FixedHeaders = Encoding.ASCII.GetBytes($"Host: {authority}\r\nUser-Agent: "
            + $"LeanLoad\r\n{(settings.Connections.IsPerRequest ? "Connection: close\r\n" : "")}");
        Text = $"{url.Scheme}://{HostForHeader(url)}:{Port}";
        Addresses =
            new HostAddresses(Host, Port, settings.AddressesGivenFor(Host, Port), settings.Resolver, settings.Clock);
    }

    /// <summary>How it is known to TLS; null for plain HTTP.</summary>
    public TlsTarget? Tls { get; }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Host and User-Agent lines, and Connection where each request has its own.</summary>
    public byte[] FixedHeaders { get; }

    /// <summary>Where it is.</summary>
    public HostAddresses Addresses { get; }

    string Text { get; }

    public override string ToString() => Text;

    static string HostForHeader(Uri url) => url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
}
