using System.Security.Cryptography.X509Certificates;

namespace LeanLoad.Http;

/// <summary>What all requests of an agent have in common.</summary>
sealed record HttpSettings
{
    /// <summary>What relative URLs are relative to: scheme, host, port, and a path that is put before theirs. Null: every URL is absolute.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>From the call to the last byte of the response; default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Certificates that are trusted instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The certificates of a PEM file.</summary>
    public static X509Certificate2Collection LoadRoots(string path)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        return roots;
    }

    /// <summary>Accepts any certificate. Loud, and in the report.</summary>
    public bool IsInsecure { get; init; }
}
