using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LeanLoad.Http;

/// <summary>What all requests of an agent have in common.</summary>
sealed record HttpSettings
{
    /// <summary>What relative URLs are relative to: scheme, host, port, and a path that is put before theirs. Null: every URL is absolute.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>From the call to the last byte of the response; default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the beginning of a connection to the end of its TLS handshake, name resolution included; null: within <see cref="Timeout"/>.</summary>
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

    /// <summary>Certificates that are trusted instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The certificates of a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="roots">One or more.</param>
    /// <param name="problem">On failure, what is wrong with it, to follow its name.</param>
    public static bool TryLoadRoots(string path, out X509Certificate2Collection roots, [NotNullWhen(false)] out string? problem)
    {
        (roots, problem) = ([], "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problem = $"can't be read: {refused.Message}";
        }
        catch (CryptographicException broken)
        {
            problem = $"holds a certificate that can't be read: {broken.Message}";
            roots.Clear();
        }

        if (roots.Count == 0) return false;
        problem = null;
        return true;
    }

    /// <summary>Accepts any certificate. Loud, and in the report.</summary>
    public bool IsInsecure { get; init; }
}
