namespace LeanLoad.Tls;

/// <summary>Whose session a new connection may resume.</summary>
enum TlsResumption
{
    /// <summary>The same user's earlier one, as a browser does: each user's first handshake is a full one.</summary>
    Own,

    /// <summary>Any user's: one full handshake an agent; the others cost server and agent a fraction.</summary>
    Shared,

    /// <summary>None: each handshake is a full one.</summary>
    Off,
}

/// <summary>What all TLS connections of an agent have in common.</summary>
sealed record TlsSettings
{
    /// <summary>A PEM file of authorities that are trusted instead of the system's; null for the system's.</summary>
    public string? CaPath { get; init; }

    /// <summary>
    /// A PEM file with the client's certificate, and those between it and its authority; null for none.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>A PEM file with its key; null where it is in <see cref="CertificatePath"/>.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Accepts any certificate. Loud, and in the report.</summary>
    public bool IsInsecure { get; init; }

    public TlsResumption Resumption { get; init; }
}
