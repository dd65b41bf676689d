using System.Diagnostics.CodeAnalysis;
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
