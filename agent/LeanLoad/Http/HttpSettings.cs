using System.Net;
using LeanLoad.Shaping;
using LeanLoad.Tls;

namespace LeanLoad.Http;

/// <summary>What all requests of an agent have in common.</summary>
sealed record HttpSettings
{
    /// <summary>
    /// What relative URLs are relative to: scheme, host, port, and a path that is put before theirs. Null: every URL is
    /// absolute.
    /// </summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>From the call to the last byte of the response; default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// From the beginning of a connection to the end of its TLS handshake, name resolution included; null: within
    /// <see cref="Timeout"/>.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>From sent to the first byte of the response; null: within <see cref="Timeout"/>.</summary>
    public TimeSpan? FirstByteTimeout { get; init; }

    /// <summary>Whose a connection is.</summary>
    public ConnectionSharing Connections { get; init; }

    /// <summary>How many loops divide shared connections among them.</summary>
    public int Loops { get; init; } = 1;

    /// <summary>Where hosts are, before the system is asked.</summary>
    public IReadOnlyList<ResolveRule> ResolveRules { get; init; } = [];

    /// <summary>Whom to ask for the addresses of a host; called on a thread that it may block.</summary>
    public Func<string, Task<IPAddress[]>> Resolver { get; init; } = static host => Dns.GetHostAddressesAsync(host);

    /// <summary>What the lifetime of addresses is measured with.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The addresses of a host and port by <see cref="ResolveRules"/>; null where none speaks of it.</summary>
    public IReadOnlyList<IPAddress>? AddressesGivenFor(string host, int port) =>
        ResolveRules.FirstOrDefault(rule => rule.Matches(host, port))?.Addresses;

    /// <summary>Whether redirects are followed where a request does not say so itself.</summary>
    public bool FollowsRedirects { get; init; }

    /// <summary>The network that each connection lies behind; null for the one that is there.</summary>
    public Shape? Shape { get; init; }

    /// <summary>Of what is drawn for the network.</summary>
    public long Seed { get; init; }

    /// <summary>What TLS connections have in common.</summary>
    public TlsSettings Tls { get; init; } = new();
}
