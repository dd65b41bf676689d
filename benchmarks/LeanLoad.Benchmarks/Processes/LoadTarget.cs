namespace LeanLoad.Benchmarks.Processes;

/// <summary>What generators are pointed at.</summary>
/// <param name="Url">What they ask for.</param>
/// <param name="CertificatePath">The certificate that signed the server's; null for plain HTTP.</param>
sealed record LoadTarget(Uri Url, string? CertificatePath = null);
